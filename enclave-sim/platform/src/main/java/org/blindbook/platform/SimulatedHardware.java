package org.blindbook.platform;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Set;
import org.blindbook.attestation.format.ReportBody;
import org.blindbook.protocol.hardware.Hardware;

/** The processor as its one enclave sees it. */
final class SimulatedHardware implements Hardware {
  /** INIT and MODE64BIT; x87, SSE and AVX state. */
  private static final byte[] ATTRIBUTES =
      HexFormat.of().parseHex("05000000000000000700000000000000");

  private static final byte DEBUG = 1 << 1;

  /** Nobody signs images yet: every build has the same signer. */
  private static final byte[] MR_SIGNER = QuotingEnclave.named("blindbook development signer");

  private static final int PRODUCT = 1;
  private static final int SECURITY_VERSION = 1;

  private final Launch launch;
  private final byte[] measurement;
  private final QuotingEnclave quotingEnclave;
  private final CollateralIssuer collateral;
  private final SealingKeys sealingKeys;
  private final byte[] attributes = ATTRIBUTES.clone();

  SimulatedHardware(
      Launch launch,
      byte[] measurement,
      QuotingEnclave quotingEnclave,
      CollateralIssuer collateral,
      SealingKeys sealingKeys,
      Set<Condition> conditions) {
    this.launch = launch;
    this.measurement = measurement;
    this.quotingEnclave = quotingEnclave;
    this.collateral = collateral;
    this.sealingKeys = sealingKeys;
    if (conditions.contains(Condition.DEBUG)) {
      attributes[0] |= DEBUG;
    }
  }

  @Override
  public Launch launch() {
    return launch;
  }

  @Override
  public Evidence quote(byte[] reportData) throws IOException {
    if (reportData.length != REPORT_DATA_BYTES) {
      throw new IOException("report data has " + REPORT_DATA_BYTES + " bytes");
    }
    ReportBody body =
        ReportBody.of(
            QuotingEnclave.cpuSvn(),
            attributes,
            measurement,
            MR_SIGNER,
            PRODUCT,
            SECURITY_VERSION,
            reportData);
    return new Evidence(quotingEnclave.quote(body), collateral.current());
  }

  @Override
  public byte[] sealingKey(byte[] label) throws IOException {
    try {
      return sealingKeys.derive(MR_SIGNER, PRODUCT, label);
    } catch (GeneralSecurityException e) {
      throw new IOException("the sealing key cannot be derived", e);
    }
  }
}
