package org.blindbook.attestation;

import java.util.Optional;

/**
 * What the relying party knows beside the evidence and wants bound to it.
 *
 * @param reportData 64 bytes that the enclave should have put into its report
 * @param runtimeDigest SHA-256 of the Java runtime, as claimed under {@code reportData}
 */
public record Binding(Optional<byte[]> reportData, Optional<byte[]> runtimeDigest) {

  /** For evidence that came alone: the verdict says that nothing is bound. */
  public static Binding none() {
    return new Binding(Optional.empty(), Optional.empty());
  }

  public static Binding to(byte[] reportData) {
    return new Binding(Optional.of(reportData), Optional.empty());
  }

  public Binding withRuntime(byte[] digest) {
    return new Binding(reportData, Optional.of(digest));
  }
}
