package org.blindbook.auditor.trace.scenario;

import java.nio.charset.StandardCharsets;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.hardware.Hardware;

/** Hardware whose keys come from one number; its quote is the report data itself. */
final class FixedHardware implements Hardware {
  private static final String SETTINGS =
      """
      channel-key.lifetime-seconds=600
      channel-key.max-sessions=10000
      %s
      permits.capacity=%d
      permits.refill-per-day=86400
      sessions.max=100
      """;

  private final byte fuse;
  private final byte[] settings;

  /**
   * @param permits new contacts an account may ask at once
   */
  FixedHardware(int fuse, int permits) {
    this(fuse, permits, "mode=truncated");
  }

  /** Of a lookup enclave in blinded mode. */
  static FixedHardware blinded(int permits, int epoch) {
    return new FixedHardware(
        1, permits, "mode=blinded\nepoch=" + epoch + "\nevaluator.public-key=" + "01".repeat(32));
  }

  /** Of an evaluator enclave. */
  static FixedHardware evaluating(int permits, int epoch) {
    return new FixedHardware(1, permits, "epoch=" + epoch);
  }

  private FixedHardware(int fuse, int permits, String role) {
    this.fuse = (byte) fuse;
    this.settings = SETTINGS.formatted(role, permits).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Launch launch() {
    return new Launch("", settings.clone(), new byte[KEY_BYTES]);
  }

  @Override
  public Evidence quote(byte[] reportData) {
    return new Evidence(reportData, new byte[0]);
  }

  @Override
  public int securityVersion() {
    return 1;
  }

  @Override
  public byte[] sealingKey(byte[] label, int version) {
    return Sha256.of(new byte[] {fuse}, label);
  }
}
