package org.blindbook.platform;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.PckExtension;
import org.blindbook.attestation.format.Pem;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.cert.X509v2CRLBuilder;

/**
 * Issues what Intel's provisioning service issues for real platforms: TCB info (version 3), QE
 * identity (version 2) and two revocation lists, renewed long before they expire.
 */
final class CollateralIssuer {
  private static final Duration LIFETIME = Duration.ofDays(30);
  private static final Duration RENEWED_AFTER = Duration.ofDays(7);

  /** Documents begin in the past, so that a client whose clock is behind accepts them. */
  private static final Duration BACKDATED = Duration.ofDays(1);

  private static final int EVALUATION_NUMBER = 1;
  private static final String TCB_DATE = "2026-11-01T00:00:00Z";

  private final SimulatedPki pki;
  private final Set<Condition> conditions;
  private final InstantSource clock;
  private final Consumer<Instant> onRenewed;

  private Instant renewAt = Instant.MIN;
  private byte[] current = {};

  /**
   * @param onRenewed is told until when new documents are valid
   */
  CollateralIssuer(
      SimulatedPki pki,
      Set<Condition> conditions,
      InstantSource clock,
      Consumer<Instant> onRenewed) {
    this.pki = pki;
    this.conditions = conditions;
    this.clock = clock;
    this.onRenewed = onRenewed;
  }

  /** An encoded {@link Collateral} that is valid for weeks. */
  synchronized byte[] current() throws IOException {
    Instant now = clock.instant();
    if (!now.isBefore(renewAt)) {
      Instant issued = now.minus(BACKDATED).truncatedTo(ChronoUnit.SECONDS);
      if (conditions.contains(Condition.EXPIRED_COLLATERAL)) {
        issued = issued.minus(LIFETIME);
      }
      current = issue(issued, issued.plus(LIFETIME)).encode();
      renewAt = now.plus(RENEWED_AFTER);
      onRenewed.accept(issued.plus(LIFETIME));
    }
    return current;
  }

  Collateral issue(Instant issued, Instant nextUpdate) throws IOException {
    byte[] chain = Pem.encode(pki.documentChain()).getBytes(StandardCharsets.US_ASCII);
    return new Collateral(
        signed("tcbInfo", tcbInfo(issued, nextUpdate)),
        chain,
        signed("enclaveIdentity", qeIdentity(issued, nextUpdate)),
        chain,
        revocationList(
            pki.root(), pki.authority(), Condition.REVOKED_AUTHORITY, issued, nextUpdate),
        revocationList(pki.authority(), pki.pck(), Condition.REVOKED_PCK, issued, nextUpdate));
  }

  private String tcbInfo(Instant issued, Instant nextUpdate) {
    PckExtension platform = SimulatedPki.PLATFORM;
    int owned = SimulatedPki.COMPONENT_SVN;
    String levels;
    if (conditions.contains(Condition.UNSUPPORTED_TCB)) {
      levels = tcbLevel(owned + 1, "UpToDate", "");
    } else if (conditions.contains(Condition.TCB_RECOVERY)) {
      levels =
          tcbLevel(owned + 1, "UpToDate", "")
              + ","
              + tcbLevel(owned, "OutOfDate", "BLINDBOOK-SA-00001");
    } else {
      levels =
          tcbLevel(owned, "UpToDate", "")
              + ","
              + tcbLevel(owned - 1, "OutOfDate", "BLINDBOOK-SA-00000");
    }
    return """
    {"id":"SGX","version":3,"issueDate":"%s","nextUpdate":"%s","fmspc":"%s","pceId":"%s",\
    "tcbType":0,"tcbEvaluationDataNumber":%d,"tcbLevels":[%s]}\
    """
        .formatted(
            issued,
            nextUpdate,
            conditions.contains(Condition.OTHER_TCB_INFO) ? "0".repeat(12) : platform.fmspc(),
            platform.pceId(),
            EVALUATION_NUMBER,
            levels);
  }

  private static String tcbLevel(int componentSvn, String status, String advisory) {
    List<String> components =
        Collections.nCopies(PckExtension.COMPONENTS, "{\"svn\":" + componentSvn + "}");
    return """
    {"tcb":{"sgxtcbcomponents":[%s],"pcesvn":%d},"tcbDate":"%s","tcbStatus":"%s"%s}\
    """
        .formatted(
            String.join(",", components),
            SimulatedPki.PCE_SVN,
            TCB_DATE,
            status,
            advisories(advisory));
  }

  private String qeIdentity(Instant issued, Instant nextUpdate) {
    String levels =
        List.of(
                qeLevel(QuotingEnclave.NEWEST_SVN, "UpToDate", ""),
                qeLevel(QuotingEnclave.NEWEST_SVN - 1, "OutOfDate", "BLINDBOOK-SA-00002"))
            .stream()
            .collect(Collectors.joining(","));
    return """
    {"id":"QE","version":2,"issueDate":"%s","nextUpdate":"%s","tcbEvaluationDataNumber":%d,\
    "miscselect":"00000000","miscselectMask":"FFFFFFFF",\
    "attributes":"11000000000000000000000000000000",\
    "attributesMask":"FBFFFFFFFFFFFFFF0000000000000000",\
    "mrsigner":"%s","isvprodid":%d,"tcbLevels":[%s]}\
    """
        .formatted(
            issued,
            nextUpdate,
            EVALUATION_NUMBER,
            HexFormat.of().withUpperCase().formatHex(QuotingEnclave.MR_SIGNER),
            conditions.contains(Condition.OTHER_QE_IDENTITY)
                ? QuotingEnclave.PRODUCT + 1
                : QuotingEnclave.PRODUCT,
            levels);
  }

  private static String qeLevel(int svn, String status, String advisory) {
    return """
    {"tcb":{"isvsvn":%d},"tcbDate":"%s","tcbStatus":"%s"%s}\
    """
        .formatted(svn, TCB_DATE, status, advisories(advisory));
  }

  private static String advisories(String advisory) {
    return advisory.isEmpty() ? "" : ",\"advisoryIDs\":[\"" + advisory + "\"]";
  }

  /** The signature covers the document's bytes as they stand. */
  private byte[] signed(String name, String document) {
    byte[] signature =
        QuotingEnclave.sign(
            pki.documentSigner().key(), document.getBytes(StandardCharsets.US_ASCII));
    return "{\"%s\":%s,\"signature\":\"%s\"}"
        .formatted(name, document, HexFormat.of().formatHex(signature))
        .getBytes(StandardCharsets.US_ASCII);
  }

  private byte[] revocationList(
      SimulatedPki.Member issuer,
      SimulatedPki.Member subject,
      Condition revoked,
      Instant issued,
      Instant nextUpdate)
      throws IOException {
    X509v2CRLBuilder list =
        new X509v2CRLBuilder(issuer.certificate().getSubject(), Date.from(issued));
    list.setNextUpdate(Date.from(nextUpdate));
    if (conditions.contains(revoked)) {
      BigInteger serial = subject.certificate().getSerialNumber();
      list.addCRLEntry(serial, Date.from(issued), CRLReason.keyCompromise);
    }
    return list.build(issuer.signer()).getEncoded();
  }
}
