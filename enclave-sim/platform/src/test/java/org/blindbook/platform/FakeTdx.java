package org.blindbook.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.attestation.Binding;
import org.blindbook.attestation.PolicyException;
import org.blindbook.attestation.Verdict;
import org.blindbook.attestation.Verifier;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.Pem;
import org.blindbook.attestation.format.Quote;
import org.blindbook.attestation.format.QuoteBody;
import org.blindbook.attestation.format.QuoteHeader;
import org.blindbook.attestation.format.QuoteSignature;
import org.blindbook.attestation.format.ReportBody;
import org.blindbook.attestation.format.TdReport;
import org.blindbook.attestation.format.Tee;
import org.blindbook.protocol.Sha256;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** A trust domain of a simulated platform; what it says, a test can change before it is signed. */
final class FakeTdx {
  static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  static final byte[] REPORT_DATA = filled(64, 1);

  private static final String MODULE_SIGNER = "0".repeat(96);
  private static final byte[] ATTRIBUTES =
      HexFormat.of().parseHex("15000000000000000300000000000000");
  private static final int QE_SVN = 4;

  private final SimulatedPki pki;
  private final KeyPair attestationKey = SimulatedPki.newKeyPair(new SecureRandom());

  private static final ReportBody ENCLAVE =
      ReportBody.of(new byte[16], ATTRIBUTES, filled(32, 7), new byte[32], 1, 1, REPORT_DATA);

  int version = 4;

  /** Whether the quote is of an SGX enclave after all. */
  boolean enclave;

  /** Of the body 1.5; the first 584 bytes are the body 1.0. */
  final byte[] td = new byte[TdReport.BYTES_1_5];

  boolean longBody;

  /** The platform's module levels, highest first: isvsvn, status, advisory or nothing. */
  String moduleLevels = level(5, "UpToDate", "") + "," + level(3, "OutOfDate", "BLINDBOOK-SA-7");

  /** More of the policy, a line. */
  String asked = "";

  String moduleId = "TDX_01";
  String moduleSigner = MODULE_SIGNER;
  String tcbInfoId = "TDX";
  String qeId = "TD_QE";

  /** The TDX components of the first level; the second, OutOfDate, has zeros. */
  List<Integer> tdxComponents = List.of(5, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  FakeTdx() throws IOException {
    pki = SimulatedPki.create(NOW, new SecureRandom(), Set.of());
    td[0] = 5; // module's security version
    td[1] = 1; // module's major version
    td[2] = 6;
    System.arraycopy(REPORT_DATA, 0, td, 520, 64);
    Arrays.fill(td, 136, 136 + 48, (byte) 0x11);
  }

  static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  static String level(int isvSvn, String status, String advisory) {
    return """
    {"tcb":{"isvsvn":%d},"tcbDate":"2026-11-01T00:00:00Z","tcbStatus":"%s"%s}\
    """
        .formatted(
            isvSvn, status, advisory.isEmpty() ? "" : ",\"advisoryIDs\":[\"" + advisory + "\"]");
  }

  Quote quote() {
    byte[] point =
        SubjectPublicKeyInfo.getInstance(attestationKey.getPublic().getEncoded())
            .getPublicKeyData()
            .getBytes();
    byte[] key = Arrays.copyOfRange(point, 1, point.length);
    byte[] authenticationData = filled(32, 3);
    ReportBody qe =
        ReportBody.of(
            new byte[16],
            ATTRIBUTES,
            new byte[32],
            QuotingEnclave.MR_SIGNER,
            QuotingEnclave.PRODUCT,
            QE_SVN,
            Arrays.copyOf(Sha256.of(key, authenticationData), 64));
    QuoteHeader header = QuoteHeader.of(enclave ? Tee.SGX : Tee.TDX, version);
    QuoteBody body =
        enclave ? ENCLAVE : TdReport.of(longBody ? td : Arrays.copyOf(td, TdReport.BYTES_1_0));
    QuoteSignature signature =
        new QuoteSignature(
            QuotingEnclave.sign(attestationKey.getPrivate(), Quote.signedBytes(header, body)),
            key,
            qe,
            QuotingEnclave.sign(pki.pck().key(), qe.encode()),
            authenticationData,
            QuoteSignature.PCK_CERTIFICATE_CHAIN,
            Pem.encode(pki.pckChain()).getBytes(StandardCharsets.US_ASCII));
    return new Quote(header, body, signature, 0);
  }

  Collateral collateral() throws IOException {
    Instant issued = NOW.minus(Duration.ofDays(1));
    Instant next = NOW.plus(Duration.ofDays(29));
    Collateral sgx =
        new CollateralIssuer(pki, Set.of(), InstantSource.fixed(NOW), renewed -> {})
            .issue(issued, next);
    String module =
        "\"mrsigner\":\"%s\",\"attributes\":\"%s\",\"attributesMask\":\"%s\""
            .formatted(moduleSigner, "0".repeat(16), "F".repeat(16));
    String tcbInfo =
        """
        {"id":"%s","version":3,"issueDate":"%s","nextUpdate":"%s","fmspc":"%s","pceId":"%s",\
        "tcbType":0,"tcbEvaluationDataNumber":1,"tdxModule":{%s},\
        "tdxModuleIdentities":[{"id":"%s",%s,"tcbLevels":[%s]}],"tcbLevels":[%s,%s]}\
        """
            .formatted(
                tcbInfoId,
                issued,
                next,
                SimulatedPki.PLATFORM.fmspc(),
                SimulatedPki.PLATFORM.pceId(),
                module,
                moduleId,
                module,
                moduleLevels,
                tcbLevel(tdxComponents, "UpToDate", ""),
                tcbLevel(Collections.nCopies(16, 0), "OutOfDate", "BLINDBOOK-SA-6"));
    String qeIdentity =
        """
        {"id":"%s","version":2,"issueDate":"%s","nextUpdate":"%s","tcbEvaluationDataNumber":1,\
        "miscselect":"00000000","miscselectMask":"FFFFFFFF",\
        "attributes":"11000000000000000000000000000000",\
        "attributesMask":"FBFFFFFFFFFFFFFF0000000000000000",\
        "mrsigner":"%s","isvprodid":%d,"tcbLevels":[%s]}\
        """
            .formatted(
                qeId,
                issued,
                next,
                HexFormat.of().formatHex(QuotingEnclave.MR_SIGNER),
                QuotingEnclave.PRODUCT,
                level(QE_SVN, "UpToDate", ""));
    return new Collateral(
        signed("tcbInfo", tcbInfo),
        sgx.tcbChain(),
        signed("enclaveIdentity", qeIdentity),
        sgx.qeChain(),
        sgx.rootCrl(),
        sgx.pckCrl());
  }

  private static String tcbLevel(List<Integer> tdx, String status, String advisory) {
    return """
    {"tcb":{"sgxtcbcomponents":%s,"pcesvn":0,"tdxtcbcomponents":%s},\
    "tcbDate":"2026-11-01T00:00:00Z","tcbStatus":"%s"%s}\
    """
        .formatted(
            components(Collections.nCopies(16, 1)),
            components(tdx),
            status,
            advisory.isEmpty() ? "" : ",\"advisoryIDs\":[\"" + advisory + "\"]");
  }

  private static List<String> components(List<Integer> svns) {
    return svns.stream().map(svn -> "{\"svn\":" + svn + "}").toList();
  }

  private byte[] signed(String name, String document) {
    byte[] signature =
        QuotingEnclave.sign(
            pki.documentSigner().key(), document.getBytes(StandardCharsets.US_ASCII));
    return "{\"%s\":%s,\"signature\":\"%s\"}"
        .formatted(name, document, HexFormat.of().formatHex(signature))
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** The policy that trusts this platform and names what it measures as of now. */
  AppraisalPolicy policy(String measurement) throws PolicyException {
    String certificate = Pem.encode(List.of(pki.root().certificate()));
    return AppraisalPolicy.parse(
        """
        version: 1
        trustRoots:
          - name: simulated
            certificate: |
        %s
        measurements:
          - measurement: %s
            release: 0.1.0
            commit: abcdef
            reason: a test
            date: 2026-11-22
        %s
        """
            .formatted(certificate.indent(6).stripTrailing(), measurement, asked));
  }

  Verdict verdict() throws Exception {
    return verdict(quote().encode());
  }

  Verdict verdict(byte[] quote) throws Exception {
    Binding binding = Binding.to(REPORT_DATA);
    byte[] collateral = collateral().encode();
    AppraisalPolicy nobody = policy("0".repeat(96));
    String measurement = Verifier.verify(quote, collateral, binding, nobody, NOW).measurement();
    AppraisalPolicy policy = measurement.isEmpty() ? nobody : policy(measurement);
    return Verifier.verify(quote, collateral, binding, policy, NOW);
  }
}
