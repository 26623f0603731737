package org.blindbook.enclave.warmup;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.blindbook.enclave.Settings;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.table.ObliviousTable;
import org.blindbook.enclave.warmup.Conversations.Contacts;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.oprf.OprfException;

/**
 * Runs the code that works on secrets on data that is nobody's until C2 has compiled it, and tells
 * when that of vector operations is no longer what runs. Before C2 they branch on data; and C2
 * itself builds on what it has seen, so it is shown everything: random data and one-sided data by
 * turns.
 *
 * <p>It shares nothing with the real enclave but the classes: keys, table, accounts and the time
 * are made up anew for every round.
 */
public final class WarmUp {
  /** Contacts that each step asks for in one round and size class: many small requests, or one. */
  private static final int CONTACTS = 1 << 10;

  /** How often the JVM is asked what it has compiled; depends on nothing. */
  private static final Duration INTERVAL = Duration.ofMillis(250);

  /** Elements of the largest request that is evaluated: beyond, there is only more of the same. */
  private static final int EVALUATED = 1 << 7;

  private final Optional<Settings.Blinded> blinded;
  private final SecureRandom random;
  private final CompiledCode code = new CompiledCode();

  /**
   * @param blinded the deployment's own settings of blinded mode: what is not done is not warm
   */
  public WarmUp(Optional<Settings.Blinded> blinded, SecureRandom random) {
    this.blinded = blinded;
    this.random = random;
  }

  /**
   * Warms up until a round has gone by in which C2's code was not given up, however long it takes.
   *
   * @return what is compiled now, for {@link #awaitLossOf}
   * @throws IllegalStateException when the enclave does not do what it should, or the Java runtime
   *     does not tell what it has compiled
   */
  public Set<Integer> run()
      throws IOException, MalformedMessageException, NoiseException, OprfException {
    ObliviousTable.warmUp(RandomSource.of(random));
    Set<Integer> before = Set.of();
    Set<Integer> after = code.inUse();
    for (int round = 0; round < Contacts.values().length || !after.containsAll(before); round++) {
      play(Contacts.values()[round % Contacts.values().length]);
      before = after;
      after = code.inUse();
    }
    if (after.isEmpty()) {
      throw new IllegalStateException("this Java runtime has compiled nothing, or does not say so");
    }
    return after;
  }

  private void play(Contacts contacts)
      throws IOException, MalformedMessageException, NoiseException, OprfException {
    if (blinded.isPresent() && blinded.get().role().evaluates()) {
      for (int size = SizeClass.SMALLEST; size <= EVALUATED; size *= 2) {
        new EvaluationConversations(size, blinded.get(), random).play();
      }
    }
    if (blinded.isEmpty() || blinded.get().role().looksUp()) {
      lookUp(contacts);
    }
  }

  private void lookUp(Contacts contacts)
      throws IOException, MalformedMessageException, NoiseException {
    new Charges(random).run();
    for (int size = SizeClass.SMALLEST; size <= SizeClass.LARGEST; size *= 2) {
      Conversations conversations = new Conversations(size, blinded, random);
      if (size == SizeClass.SMALLEST) {
        conversations.misbehave();
      }
      for (int asked = 0; asked < CONTACTS; asked += size) {
        conversations.play(contacts);
      }
    }
  }

  /** Returns once some of this code is no longer in use, or some that was compiled since. */
  public void awaitLossOf(Set<Integer> warm) {
    Set<Integer> before = warm;
    Set<Integer> after = warm;
    while (after.containsAll(before)) {
      LockSupport.parkNanos(INTERVAL.toNanos());
      before = after;
      after = code.inUse();
    }
  }
}
