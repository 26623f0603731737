package org.blindbook.platform;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Consumer;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * What a platform has been provisioned with to prove what it is: a quoting enclave with a
 * certificate, and documents about the platform, under one root.
 */
record Provisioning(
    X509CertificateHolder root, QuotingEnclave quotingEnclave, CollateralIssuer collateral) {

  /**
   * @param onCollateralRenewed is told until when new documents are valid
   */
  static Provisioning of(
      SimulatedPki pki,
      Set<Condition> conditions,
      InstantSource clock,
      SecureRandom random,
      Consumer<Instant> onCollateralRenewed) {
    return new Provisioning(
        pki.root().certificate(),
        new QuotingEnclave(pki, conditions, random),
        new CollateralIssuer(pki, conditions, clock, onCollateralRenewed));
  }
}
