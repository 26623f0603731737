package org.blindbook.enclave;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.hardware.Hardware;

/** Hardware for tests: the quote is its own report data, keys come from a fixed fuse. */
public final class SimpleHardware implements Hardware {
  /** What every enclave is told. */
  public static final String LIMITS =
      """
      channel-key.lifetime-seconds=600
      channel-key.max-sessions=10000
      permits.capacity=1000
      permits.refill-per-day=86400
      sessions.max=100
      """;

  private final String settings;
  private final byte fuse;
  private final int securityVersion;

  /**
   * @param roleSettings lines of settings besides {@link #LIMITS}
   */
  public SimpleHardware(String roleSettings, int fuse) {
    this(roleSettings, fuse, 1);
  }

  public SimpleHardware(String roleSettings, int fuse, int securityVersion) {
    this.settings = LIMITS + roleSettings;
    this.fuse = (byte) fuse;
    this.securityVersion = securityVersion;
  }

  @Override
  public Launch launch() {
    return new Launch("", settings.getBytes(StandardCharsets.UTF_8), new byte[32]);
  }

  @Override
  public Evidence quote(byte[] reportData) {
    return new Evidence(reportData, new byte[] {1});
  }

  @Override
  public int securityVersion() {
    return securityVersion;
  }

  @Override
  public byte[] sealingKey(byte[] label, int version) throws IOException {
    if (version > securityVersion) {
      throw new IOException("a key of a later version");
    }
    return Sha256.of(new byte[] {fuse, (byte) version}, label);
  }
}
