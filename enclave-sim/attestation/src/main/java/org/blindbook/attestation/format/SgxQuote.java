package org.blindbook.attestation.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An SGX quote of version 3 (Intel SGX ECDSA QuoteLibReference, appendix A): header, report body,
 * length of the signature data, signature data. Deployed software appends bytes after it; they are
 * counted and otherwise ignored.
 */
public record SgxQuote(
    QuoteHeader header, ReportBody body, QuoteSignature signature, int trailingBytes) {
  public static final int VERSION = 3;

  /** Larger quotes are refused unread; real ones have under 6 KiB. */
  public static final int MAX_BYTES = 64 * 1024;

  /**
   * @throws MalformedEvidenceException unless the bytes start with an SGX quote of version 3 signed
   *     with ECDSA P-256 that carries its certificate chain
   */
  public static SgxQuote parse(byte[] bytes) throws MalformedEvidenceException {
    if (bytes.length > MAX_BYTES) {
      throw new MalformedEvidenceException("the quote is larger than " + MAX_BYTES + " bytes");
    }
    Cursor in = new Cursor("the quote", bytes);
    QuoteHeader header = QuoteHeader.read(in);
    if (header.version() != VERSION) {
      throw new MalformedEvidenceException("unknown quote version " + header.version());
    }
    if (header.attestationKeyType() != QuoteHeader.ECDSA_P256) {
      throw new MalformedEvidenceException(
          "unknown attestation key type " + header.attestationKeyType());
    }
    if (header.teeType() != 0) {
      throw new MalformedEvidenceException("a version 3 quote is of SGX, this one is not");
    }
    ReportBody body = ReportBody.read(in);
    QuoteSignature signature = QuoteSignature.parse(in.take(in.u32()));
    if (signature.certificationType() != QuoteSignature.PCK_CERTIFICATE_CHAIN) {
      throw new MalformedEvidenceException(
          "unknown certification data type " + signature.certificationType());
    }
    return new SgxQuote(header, body, signature, in.remaining());
  }

  /** The bytes under the quote's signature. */
  public byte[] signedBytes() {
    return signedBytes(header, body);
  }

  public static byte[] signedBytes(QuoteHeader header, ReportBody body) {
    return ByteBuffer.allocate(QuoteHeader.BYTES + ReportBody.BYTES)
        .put(header.encode())
        .put(body.encode())
        .array();
  }

  public byte[] encode() {
    byte[] signatureData = signature.encode();
    return ByteBuffer.allocate(QuoteHeader.BYTES + ReportBody.BYTES + 4 + signatureData.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(signedBytes())
        .putInt(signatureData.length)
        .put(signatureData)
        .array();
  }
}
