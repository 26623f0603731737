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

  /** Of the table's every pass, unless a scenario asks for more: other threads are not traced. */
  private static final int ONE_THREAD = 1;

  /** Of the lookup enclave that this is loaded beside; the fastest one without a warm-up. */
  private static String kernel = "plain";

  private final byte fuse;
  private final byte[] settings;

  /**
   * @param permits new contacts an account may ask at once
   */
  FixedHardware(int fuse, int permits) {
    this(fuse, permits, "mode=truncated\n" + table(ONE_THREAD));
  }

  /** Whose passes are cut into parts for this many threads. */
  static FixedHardware withThreads(int permits, int threads) {
    return new FixedHardware(1, permits, "mode=truncated\n" + table(threads));
  }

  /** Of a lookup enclave in blinded mode. */
  static FixedHardware blinded(int permits, int epoch) {
    return new FixedHardware(
        1,
        permits,
        "mode=blinded\nepoch="
            + epoch
            + "\nevaluator.public-key="
            + "01".repeat(32)
            + "\n"
            + table(ONE_THREAD));
  }

  /** The kernel of every lookup enclave from now on, as its setting names it. */
  static void useKernel(String name) {
    kernel = name;
  }

  private static String table(int threads) {
    return "registrations=all\ntable.kernel=" + kernel + "\ntable.threads=" + threads;
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
