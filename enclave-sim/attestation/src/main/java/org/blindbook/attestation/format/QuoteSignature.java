package org.blindbook.attestation.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What signs a quote (Intel SGX ECDSA QuoteLibReference, appendix A.4; Intel TDX DCAP Quoting
 * Library API, appendix A.3.8): the signature, and the way from its key to a certified one. From
 * version 4 on, all from the QE report on is nested in certification data of type 6.
 *
 * @param signature r and s, 32 bytes each, big-endian, over the quote's header and body
 * @param attestationKey x and y, 32 bytes each, big-endian
 * @param qeReport the quoting enclave's own report; it binds the attestation key
 * @param qeReportSignature r and s of the PCK over {@code qeReport}
 * @param authenticationData bound with the attestation key
 * @param certificationType what {@code certificationData} is
 */
public record QuoteSignature(
    byte[] signature,
    byte[] attestationKey,
    ReportBody qeReport,
    byte[] qeReportSignature,
    byte[] authenticationData,
    int certificationType,
    byte[] certificationData) {

  /** The PCK certificate and its chain, PEM, leaf first. */
  public static final int PCK_CERTIFICATE_CHAIN = 5;

  private static final int QE_REPORT_CERTIFICATION_DATA = 6;

  static QuoteSignature parse(byte[] bytes, int version) throws MalformedEvidenceException {
    Cursor in = new Cursor("the quote's signature data", bytes);
    byte[] signature = in.take(64);
    byte[] attestationKey = in.take(64);
    if (version >= Quote.FIRST_NESTED_VERSION) {
      requireType(in.u16(), QE_REPORT_CERTIFICATION_DATA);
      byte[] nested = in.take(in.u32());
      in.expectEnd();
      in = new Cursor("the quote's QE certification data", nested);
    }
    QuoteSignature parsed =
        new QuoteSignature(
            signature,
            attestationKey,
            ReportBody.read(in),
            in.take(64),
            in.take(in.u16()),
            requireType(in.u16(), PCK_CERTIFICATE_CHAIN),
            in.take(in.u32()));
    in.expectEnd();
    return parsed;
  }

  private static int requireType(int type, int required) throws MalformedEvidenceException {
    if (type != required) {
      throw new MalformedEvidenceException("unknown certification data type " + type);
    }
    return type;
  }

  /** The same way to a certified key, with the signature of another quote. */
  public QuoteSignature withSignature(byte[] other) {
    return new QuoteSignature(
        other,
        attestationKey,
        qeReport,
        qeReportSignature,
        authenticationData,
        certificationType,
        certificationData);
  }

  byte[] encode(int version) {
    ByteArrayOutputStream certified = new ByteArrayOutputStream();
    certified.writeBytes(qeReport.encode());
    certified.writeBytes(qeReportSignature);
    certified.writeBytes(littleEndian(2, authenticationData.length));
    certified.writeBytes(authenticationData);
    certified.writeBytes(littleEndian(2, certificationType));
    certified.writeBytes(littleEndian(4, certificationData.length));
    certified.writeBytes(certificationData);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(signature);
    out.writeBytes(attestationKey);
    if (version >= Quote.FIRST_NESTED_VERSION) {
      out.writeBytes(littleEndian(2, QE_REPORT_CERTIFICATION_DATA));
      out.writeBytes(littleEndian(4, certified.size()));
    }
    out.writeBytes(certified.toByteArray());
    return out.toByteArray();
  }

  private static byte[] littleEndian(int bytes, int value) {
    ByteBuffer buffer = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value);
    byte[] out = new byte[bytes];
    buffer.flip().get(out);
    return out;
  }
}
