package org.blindbook.enclave;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.Executor;
import org.blindbook.enclave.calls.EnclaveService;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.session.TableThread;
import org.blindbook.enclave.table.ObliviousTable;
import org.blindbook.enclave.warmup.WarmUp;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.hardware.Hardware;

/**
 * The whole enclave without its process: every part, put together once. {@link Main} runs it behind
 * a socket; the obliviousness check runs it on one thread, with repeatable randomness and time.
 */
public final class Enclave {
  private final TableThread table;
  private final EnclaveService calls;
  private final SecureRandom random;

  private Enclave(TableThread table, EnclaveService calls, SecureRandom random) {
    this.table = table;
    this.calls = calls;
    this.random = random;
  }

  /**
   * An enclave with an empty table.
   *
   * @param random the one source of all randomness
   * @throws IOException when the hardware gives no keys
   * @throws IllegalArgumentException with a plain sentence, when the settings are unusable
   */
  public static Enclave create(Hardware hardware, SecureRandom random, InstantSource clock)
      throws IOException {
    Settings settings = Settings.parse(hardware.launch().settings());
    TableThread table = new TableThread(ObliviousTable.create(RandomSource.of(random)));
    EnclaveService calls = new EnclaveService(hardware, settings, table, random, clock);
    return new Enclave(table, calls, random);
  }

  public EnclaveCalls calls() {
    return calls;
  }

  /**
   * From now on a thread of its own does the table's work as it comes. Clients are admitted while
   * the code that works on secrets is compiled: after a warm-up, and until the Java runtime gives
   * up some of that code that has vector operations; then another warm-up begins.
   *
   * @param workers do what follows on the table's work
   * @param evaluators evaluate clients' elements, which takes long
   * @param failure called when the table or a warm-up fails: neither can be trusted any more
   */
  public void start(
      Executor workers, Executor evaluators, Thread.UncaughtExceptionHandler failure) {
    calls.startEvaluating(evaluators);
    table.start(workers, failure);
    MemoryReturn memory = MemoryReturn.ofThisProcess(calls::capacity);
    memory.start();
    Thread.ofPlatform()
        .daemon()
        .name("warm-up")
        .uncaughtExceptionHandler(failure)
        .start(() -> keepWarm(memory));
  }

  private void keepWarm(MemoryReturn memory) {
    WarmUp warmUp = new WarmUp(RandomSource.of(random));
    while (true) {
      // On the table's thread: neither lookups nor updates meet code that is not compiled.
      Set<Integer> warm = table.submit(t -> warmUp.run()).join();
      memory.giveBack();
      calls.admitClients();
      warmUp.awaitLossOf(warm);
      calls.refuseClients();
    }
  }

  /**
   * Instead of {@link #start}: does the table's work that waits now, on the calling thread, without
   * a warm-up. For a check of what the code does, not of what it is compiled to.
   */
  public void runWaiting() {
    calls.admitClients();
    table.runWaiting();
  }
}
