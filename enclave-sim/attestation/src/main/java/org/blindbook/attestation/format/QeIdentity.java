package org.blindbook.attestation.format;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Which quoting enclave is Intel's, and how patched each of its versions is (Provisioning
 * Certification Service API, "Get Quoting Enclave Identity", version 2 of the document).
 *
 * @param tee whose quoting enclave it is
 * @param signedBytes the bytes under the signature
 * @param signature r and s
 * @param levels in the document's order: the first that the enclave reaches is the enclave's
 */
public record QeIdentity(
    Tee tee,
    byte[] signedBytes,
    byte[] signature,
    Instant issueDate,
    Instant nextUpdate,
    int evaluationDataNumber,
    byte[] miscSelect,
    byte[] miscSelectMask,
    byte[] attributes,
    byte[] attributesMask,
    byte[] mrSigner,
    int isvProdId,
    List<SvnLevel> levels) {

  public static QeIdentity parse(byte[] document) throws MalformedEvidenceException {
    SignedJson json = SignedJson.parse(document, "enclaveIdentity");
    JsonObject body = json.body();
    if (body.integer("version", Integer.MAX_VALUE) != 2) {
      throw new MalformedEvidenceException("unknown version of the QE identity");
    }
    Tee tee =
        switch (body.string("id")) {
          case "QE" -> Tee.SGX;
          case "TD_QE" -> Tee.TDX;
          default -> throw new MalformedEvidenceException("the QE identity is of another enclave");
        };
    return new QeIdentity(
        tee,
        json.signedBytes(),
        json.signature(),
        body.instant("issueDate"),
        body.instant("nextUpdate"),
        body.integer("tcbEvaluationDataNumber", Integer.MAX_VALUE),
        // The document writes MISCSELECT as a number's digits, the report as little-endian bytes.
        reversed(body.hex("miscselect", 4)),
        reversed(body.hex("miscselectMask", 4)),
        body.hex("attributes", ReportBody.ATTRIBUTES_BYTES),
        body.hex("attributesMask", ReportBody.ATTRIBUTES_BYTES),
        body.hex("mrsigner", ReportBody.MEASUREMENT_BYTES),
        body.integer("isvprodid", 0xffff),
        SvnLevel.parse(body));
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] out = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      out[i] = bytes[bytes.length - 1 - i];
    }
    return out;
  }

  /** Whether the report is of this enclave, in any version. */
  public boolean describes(ReportBody report) {
    return masked(report.miscSelect(), miscSelectMask, miscSelect)
        && masked(report.attributes(), attributesMask, attributes)
        && Arrays.equals(report.mrSigner(), mrSigner)
        && report.isvProdId() == isvProdId;
  }

  private static boolean masked(byte[] seen, byte[] mask, byte[] required) {
    for (int i = 0; i < seen.length; i++) {
      if ((seen[i] & mask[i]) != (required[i] & mask[i])) {
        return false;
      }
    }
    return true;
  }
}
