package org.blindbook.client;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.blindbook.attestation.Binding;
import org.blindbook.attestation.OprfKey;
import org.blindbook.client.state.StateStore;
import org.blindbook.edge.endpoint.Paths;

/** Reaches what the client library shows to no app. */
public final class InsideTheClient {
  private InsideTheClient() {}

  /** How much a blinded deployment's client keeps: contacts with a key, contacts asked for. */
  public record Stored(int keys, int pending) {}

  /** A device's secret: whoever knows it is given the level of the device's account. */
  public static byte[] newDevice() {
    byte[] device = new byte[ClientState.DEVICE_BYTES];
    new SecureRandom().nextBytes(device);
    return device;
  }

  /** Writes the first state of a client, so that its device is known. */
  public static void begin(
      StateStore store, byte[] stateKey, URI server, String credential, byte[] device)
      throws DiscoveryException {
    URI endpoint = ServerAddress.endpoint(server, Paths.DISCOVERY, false);
    new StateFile(store, new StateCipher(stateKey, new SecureRandom()))
        .save(ClientState.empty(Owner.of(endpoint, credential), device));
  }

  /** Reads a stored state as the client's next start does. */
  public static Stored stored(StateStore store, byte[] stateKey) throws DiscoveryException {
    StateCipher cipher = new StateCipher(stateKey, new SecureRandom());
    List<EpochOutputs> epochs =
        new StateFile(store, cipher).load(new byte[0], new byte[0]).epochs();
    int keys = epochs.stream().mapToInt(outputs -> outputs.keys().size()).sum();
    int pending =
        epochs.stream()
            .filter(outputs -> outputs.pending() != null)
            .mapToInt(outputs -> outputs.pending().contacts().size())
            .sum();
    return new Stored(keys, pending);
  }

  /**
   * A client in a world where attestation is broken: it takes all evidence for genuine, and still
   * accepts no other evaluator than the pinned one.
   */
  public static DiscoveryClient.Builder believingAllEvidence(
      DiscoveryClient.Builder builder, OprfKey pinned) {
    return builder.verifier(
        new EvidenceVerifier() {
          @Override
          public Verified verify(byte[] evidence, byte[] collateral, Binding binding, Instant now)
              throws DiscoveryException {
            if (!isPinned(binding, pinned)) {
              throw new DiscoveryException(DiscoveryError.UNTRUSTED_SERVER, "Not the pinned key.");
            }
            return new Verified("00", true);
          }

          @Override
          public SortedSet<Integer> epochs() {
            return new TreeSet<>(Set.of(pinned.epoch()));
          }
        });
  }

  private static boolean isPinned(Binding binding, OprfKey pinned) {
    return binding.oprfKey().filter(pinned::equals).isPresent();
  }
}
