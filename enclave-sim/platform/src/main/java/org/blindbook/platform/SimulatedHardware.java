package org.blindbook.platform;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Set;
import java.util.function.Consumer;
import org.blindbook.attestation.format.ReportBody;
import org.blindbook.protocol.hardware.Hardware;
import org.bouncycastle.cert.X509CertificateHolder;

/** The processor as its one enclave sees it. */
public final class SimulatedHardware implements Hardware, EvidenceSource {
  private final Launch launch;
  private final EnclaveIdentity identity;
  private final X509CertificateHolder root;
  private final QuotingEnclave quotingEnclave;
  private final CollateralIssuer collateral;
  private final SealingKeys sealingKeys;

  SimulatedHardware(
      Launch launch,
      EnclaveIdentity identity,
      SimulatedPki pki,
      SealingKeys sealingKeys,
      Set<Condition> conditions,
      InstantSource clock,
      SecureRandom random,
      Consumer<Instant> onCollateralRenewed) {
    this.launch = launch;
    this.identity = identity;
    this.root = pki.root().certificate();
    this.quotingEnclave = new QuotingEnclave(pki, conditions, random);
    this.collateral = new CollateralIssuer(pki, conditions, clock, onCollateralRenewed);
    this.sealingKeys = sealingKeys;
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
    EnclaveIdentity identity =
        new EnclaveIdentity(
            Attributes.initialised(Attributes.of(conditions)),
            measurement,
            QuotingEnclave.named("blindbook signer of nothing"),
            EnclaveProgram.LOOKUP.product(),
            1);
    return new SimulatedHardware(
        launch, identity, pki, new SealingKeys(fuseKey), conditions, clock, random, renewed -> {});
  }

  /** The policy that trusts exactly this hardware, measurement and Java runtime, as YAML. */
  public String policy(LocalDate date) {
    return new DevelopmentPolicy(root, identity.measurement(), launch, date).yaml();
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
            identity.attributes(),
            identity.measurement(),
            identity.mrSigner(),
            identity.product(),
            identity.securityVersion(),
            reportData);
    return new Evidence(quotingEnclave.quote(body), collateral.current());
  }

  @Override
  public int securityVersion() {
    return identity.securityVersion();
  }

  @Override
  public byte[] sealingKey(byte[] label, int version) throws IOException {
    try {
      return sealingKeys.derive(identity, version, label);
    } catch (GeneralSecurityException e) {
      throw new IOException("the sealing key cannot be derived", e);
    }
  }
}
