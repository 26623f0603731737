package org.blindbook.platform;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.Set;
import org.blindbook.attestation.format.ReportBody;
import org.blindbook.protocol.hardware.Hardware;
import org.bouncycastle.cert.X509CertificateHolder;

/** The processor as its one enclave sees it. */
public final class SimulatedHardware implements Hardware, EvidenceSource {
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
  private final X509CertificateHolder root;
  private final QuotingEnclave quotingEnclave;
  private final CollateralIssuer collateral;
  private final SealingKeys sealingKeys;
  private final byte[] attributes = ATTRIBUTES.clone();

  SimulatedHardware(
      Launch launch,
      byte[] measurement,
      SimulatedPki pki,
      SealingKeys sealingKeys,
      Set<Condition> conditions,
      InstantSource clock,
      SecureRandom random) {
    this.launch = launch;
    this.measurement = measurement;
    this.root = pki.root().certificate();
    this.quotingEnclave = new QuotingEnclave(pki, conditions, random);
    this.collateral = new CollateralIssuer(pki, conditions, clock);
    this.sealingKeys = sealingKeys;
    if (conditions.contains(Condition.DEBUG)) {
      attributes[0] |= DEBUG;
    }
  }

  /**
   * Hardware that lives in this process and keeps nothing, for trying out relying parties.
   *
   * @param measurement what it says it has measured, 32 bytes
   * @param conditions what is wrong with it
   */
  public static SimulatedHardware ephemeral(
      Launch launch, byte[] measurement, Set<Condition> conditions, InstantSource clock)
      throws IOException {
    SecureRandom random = new SecureRandom();
    byte[] fuseKey = new byte[KEY_BYTES];
    random.nextBytes(fuseKey);
    SimulatedPki pki = SimulatedPki.create(clock.instant(), random, conditions);
    return new SimulatedHardware(
        launch, measurement, pki, new SealingKeys(fuseKey), conditions, clock, random);
  }

  /** The policy that trusts exactly this hardware, measurement and Java runtime, as YAML. */
  public String policy(LocalDate date) {
    return new DevelopmentPolicy(root, measurement, launch.runtimeDigest(), date).yaml();
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
