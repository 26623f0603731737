package org.blindbook.attestation;

import java.util.HexFormat;
import java.util.Optional;

/**
 * What the relying party knows beside the evidence and wants bound to it.
 *
 * @param reportData 64 bytes that the enclave should have put into its report
 * @param runtimeDigest SHA-256 of the Java runtime, as claimed under {@code reportData}
 * @param settingsDigest SHA-256 of the deployment settings, likewise
 * @param settingsText the deployment settings as the host shows them, unproven until their digest
 *     is compared; none when it shows none
 * @param oprfKey the evaluator's key, likewise; none where lookup keys are not blinded
 */
public record Binding(
    Optional<byte[]> reportData,
    Optional<byte[]> runtimeDigest,
    Optional<byte[]> settingsDigest,
    Optional<byte[]> settingsText,
    Optional<OprfKey> oprfKey) {

  private static final Binding NONE =
      new Binding(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** For evidence that came alone: the verdict says that nothing is bound. */
  public static Binding none() {
    return NONE;
  }

  public static Binding to(byte[] reportData) {
    return new Binding(
        Optional.of(reportData),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  public Binding withRuntime(byte[] digest) {
    return new Binding(reportData, Optional.of(digest), settingsDigest, settingsText, oprfKey);
  }

  public Binding withSettings(byte[] digest) {
    return new Binding(reportData, runtimeDigest, Optional.of(digest), settingsText, oprfKey);
  }

  public Binding withSettingsText(byte[] text) {
    return new Binding(reportData, runtimeDigest, settingsDigest, Optional.of(text), oprfKey);
  }

  /**
   * @param publicKey 32 bytes
   */
  public Binding withOprfKey(int epoch, byte[] publicKey) {
    return new Binding(
        reportData,
        runtimeDigest,
        settingsDigest,
        settingsText,
        Optional.of(new OprfKey(epoch, HexFormat.of().formatHex(publicKey))));
  }
}
