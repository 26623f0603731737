package org.blindbook.attestation.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What signs a quote (Intel SGX ECDSA QuoteLibReference, appendix A.4): the signature, and the way
 * from its key to a certified one.
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

  static QuoteSignature parse(byte[] bytes) throws MalformedEvidenceException {
    Cursor in = new Cursor("the quote's signature data", bytes);
    QuoteSignature parsed =
        new QuoteSignature(
            in.take(64),
            in.take(64),
            ReportBody.read(in),
            in.take(64),
            in.take(in.u16()),
            in.u16(),
            in.take(in.u32()));
    in.expectEnd();
    return parsed;
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

  byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(signature);
    out.writeBytes(attestationKey);
    out.writeBytes(qeReport.encode());
    out.writeBytes(qeReportSignature);
    out.writeBytes(littleEndian(2, authenticationData.length));
    out.writeBytes(authenticationData);
    out.writeBytes(littleEndian(2, certificationType));
    out.writeBytes(littleEndian(4, certificationData.length));
    out.writeBytes(certificationData);
    return out.toByteArray();
  }

  private static byte[] littleEndian(int bytes, int value) {
    ByteBuffer buffer = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value);
    byte[] out = new byte[bytes];
    buffer.flip().get(out);
    return out;
  }
}
