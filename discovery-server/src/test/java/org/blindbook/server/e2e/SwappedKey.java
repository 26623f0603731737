package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.client.DiscoveryClient;
import org.blindbook.client.DiscoveryError;
import org.blindbook.client.DiscoveryException;
import org.blindbook.client.InsideTheClient.Stored;

/**
 * A host that has a second enclave, genuine, of the same program and on the same machine, but with
 * an evaluator's key of its own: an instance made for one victim. Behind the address of the first
 * it gets nothing, and neither do claims with another key or epoch.
 */
final class SwappedKey {
  /** In an offer. */
  private static final int CLAIMS_AT = 48;

  private static final int EPOCH_AT = CLAIMS_AT + 4;
  private static final int OPRF_KEY_AT = CLAIMS_AT + 144;

  private final BlindedInstallation first;
  private final Deployment second;

  SwappedKey(BlindedInstallation first, Deployment second) {
    this.first = first;
    this.second = second;
  }

  /**
   * Gives an installation that starts next what the same host has: the machine's keys, and the key
   * that credentials are checked with.
   */
  static void putOnTheMachineOf(BlindedInstallation first, Path data) throws Exception {
    Files.createDirectories(data.resolve("platform"));
    for (String kept : new String[] {"platform/pki", "platform/fuse-key", "credential.key"}) {
      Files.copy(first.deployment.data().resolve(kept), data.resolve(kept));
    }
  }

  private static byte[] key(Deployment deployment) throws Exception {
    String policy = Files.readString(deployment.trustFile());
    return HexFormat.of().parseHex(policy.replaceAll("(?s).*publicKey: ([0-9a-f]{64}).*", "$1"));
  }

  /** Changes claims on their way; counts what a client says afterwards. */
  private static final class Forger implements HostileProxy.Host {
    private final UnaryOperator<byte[]> change;
    private final AtomicInteger said;

    Forger(UnaryOperator<byte[]> change, AtomicInteger said) {
      this.change = change;
      this.said = said;
    }

    @Override
    public void fromServer(byte[] message, HostileProxy.Wire wire) {
      wire.toClient(change.apply(message));
    }

    @Override
    public void fromClient(byte[] message, HostileProxy.Wire wire) {
      said.incrementAndGet();
      wire.toServer(message);
    }
  }

  void isRefused(Path states) throws Exception {
    byte[] firstKey = key(first.deployment);
    byte[] secondKey = key(second);
    try (Victim victim = new Victim(first, states)) {
      refused(victim, "another key in the claims", offer -> with(offer, OPRF_KEY_AT, secondKey));
      refused(victim, "another epoch in the claims", offer -> with(offer, EPOCH_AT, epoch(2)));
      victim.proxy.upstream = second.url();
      refused(victim, "a genuine enclave with another key", offer -> offer);
      refused(victim, "and the pinned key in its claims", o -> with(o, OPRF_KEY_AT, firstKey));

      // Nothing but the key was wrong with it: a policy that pins it takes what it evaluates, and
      // then finds nobody behind this address who looks up.
      Victim.Book book = victim.nextBook();
      UnaryOperator<DiscoveryClient.Builder> pinned = builder -> builder.policy(pinning(secondKey));
      book.fails(HostileProxy.Honest.EVERYWHERE, pinned);
      assertThat(book.stored()).isEqualTo(new Stored(Victim.CONTACTS, 0));

      victim.proxy.upstream = first.deployment.url();
      assertThat(victim.nextBook().succeeds()).isEqualTo(Victim.CONTACTS);
    }
  }

  private AppraisalPolicy pinning(byte[] key) {
    try {
      HexFormat hex = HexFormat.of();
      String policy = Files.readString(first.deployment.trustFile());
      return AppraisalPolicy.parse(
          policy.replace(hex.formatHex(key(first.deployment)), hex.formatHex(key)));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] epoch(int epoch) {
    return ByteBuffer.allocate(4).putInt(epoch).array();
  }

  private static byte[] with(byte[] offer, int at, byte[] bytes) {
    byte[] changed = offer.clone();
    System.arraycopy(bytes, 0, changed, at, bytes.length);
    return changed;
  }

  private static void refused(Victim victim, String name, UnaryOperator<byte[]> change)
      throws Exception {
    AtomicInteger said = new AtomicInteger();
    HostileProxy.Hosts forger = path -> new Forger(change, said);
    Victim.Book book = victim.nextBook();
    DiscoveryException failure = book.fails(forger, options -> options);
    assertThat(failure.error()).as(name).isEqualTo(DiscoveryError.UNTRUSTED_SERVER);
    assertThat(said).as("messages of a client that met %s", name).hasValue(0);
    assertThat(book.stored()).isEqualTo(new Stored(0, 0));
  }
}
