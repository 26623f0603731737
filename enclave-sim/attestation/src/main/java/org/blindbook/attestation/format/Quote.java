package org.blindbook.attestation.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A quote (Intel SGX ECDSA QuoteLibReference, appendix A; Intel TDX DCAP Quoting Library API,
 * appendix A): header, body, length of the signature data, signature data. Version 3 is of SGX;
 * version 4 of SGX or TDX; version 5 precedes its body by the body's type (2 bytes) and length (4
 * bytes). Deployed software appends bytes after it; they are counted and otherwise ignored.
 */
public record Quote(
    QuoteHeader header, QuoteBody body, QuoteSignature signature, int trailingBytes) {

  /** Larger quotes are refused unread; real ones have under 6 KiB. */
  public static final int MAX_BYTES = 64 * 1024;

  static final int FIRST_NESTED_VERSION = 4;
  static final int FIRST_TYPED_VERSION = 5;

  private static final int BODY_ENCLAVE = 1;
  private static final int BODY_TD_1_0 = 2;
  private static final int BODY_TD_1_5 = 3;

  /**
   * @throws MalformedEvidenceException unless the bytes start with a quote of version 3, 4 or 5
   *     signed with ECDSA P-256 that carries its certificate chain
   */
  public static Quote parse(byte[] bytes) throws MalformedEvidenceException {
    if (bytes.length > MAX_BYTES) {
      throw new MalformedEvidenceException("the quote is larger than " + MAX_BYTES + " bytes");
    }
    Cursor in = new Cursor("the quote", bytes);
    QuoteHeader header = QuoteHeader.read(in);
    QuoteBody body = body(header, in);
    QuoteSignature signature = QuoteSignature.parse(in.take(in.u32()), header.version());
    return new Quote(header, body, signature, in.remaining());
  }

  private static QuoteBody body(QuoteHeader header, Cursor in) throws MalformedEvidenceException {
    int type = header.tee() == Tee.SGX ? BODY_ENCLAVE : BODY_TD_1_0;
    if (header.version() >= FIRST_TYPED_VERSION) {
      int stated = in.u16();
      if (stated != type && !(stated == BODY_TD_1_5 && header.tee() == Tee.TDX)) {
        throw new MalformedEvidenceException("unknown type of quote body " + stated);
      }
      type = stated;
      if (in.u32() != length(type)) {
        throw new MalformedEvidenceException("the quote's body is not of its type's length");
      }
    }
    return type == BODY_ENCLAVE ? ReportBody.read(in) : TdReport.read(in, length(type));
  }

  private static int length(int type) {
    return switch (type) {
      case BODY_ENCLAVE -> ReportBody.BYTES;
      case BODY_TD_1_0 -> TdReport.BYTES_1_0;
      default -> TdReport.BYTES_1_5;
    };
  }

  public Tee tee() {
    return header.tee();
  }

  /** The bytes under the quote's signature. */
  public byte[] signedBytes() {
    return signedBytes(header, body);
  }

  public static byte[] signedBytes(QuoteHeader header, QuoteBody body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(header.encode());
    byte[] encoded = body.encode();
    if (header.version() >= FIRST_TYPED_VERSION) {
      int type = BODY_ENCLAVE;
      if (body instanceof TdReport report) {
        type = report.hasServiceTd() ? BODY_TD_1_5 : BODY_TD_1_0;
      }
      out.writeBytes(
          ByteBuffer.allocate(6)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putShort((short) type)
              .putInt(encoded.length)
              .array());
    }
    out.writeBytes(encoded);
    return out.toByteArray();
  }

  public byte[] encode() {
    byte[] signed = signedBytes();
    byte[] signatureData = signature.encode(header.version());
    return ByteBuffer.allocate(signed.length + 4 + signatureData.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(signed)
        .putInt(signatureData.length)
        .put(signatureData)
        .array();
  }
}
