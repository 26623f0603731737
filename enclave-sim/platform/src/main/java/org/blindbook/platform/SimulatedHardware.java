package org.blindbook.platform;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.blindbook.attestation.format.ReportBody;
import org.blindbook.protocol.hardware.Hardware;

/**
 * The processor as its one enclave sees it. It may run before the platform can prove anything: an
 * enclave that asks for a quote waits for that.
 */
public final class SimulatedHardware implements Hardware, EvidenceSource {
  private final Launch launch;
  private final EnclaveIdentity identity;
  private final SealingKeys sealingKeys;
  private final CompletableFuture<Provisioning> provisioning;

  /**
   * @param provisioning completed once quotes can be had; does not fail
   */
  SimulatedHardware(
      Launch launch,
      EnclaveIdentity identity,
      SealingKeys sealingKeys,
      CompletableFuture<Provisioning> provisioning) {
    this.launch = launch;
    this.identity = identity;
    this.sealingKeys = sealingKeys;
    this.provisioning = provisioning;
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
        launch,
        identity,
        new SealingKeys(fuseKey),
        CompletableFuture.completedFuture(
            Provisioning.of(pki, conditions, clock, random, renewed -> {})));
  }

  /** The policy that trusts exactly this hardware, measurement and Java runtime, as YAML. */
  public String policy(LocalDate date) {
    return new DevelopmentPolicy(provisioning.join().root(), identity.measurement(), launch, date)
        .yaml();
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
    Provisioning with = provisioning.join();
    return new Evidence(with.quotingEnclave().quote(body), with.collateral().current());
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
