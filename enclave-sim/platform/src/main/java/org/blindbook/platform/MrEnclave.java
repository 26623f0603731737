package org.blindbook.platform;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A measurement by the rules of SGX (Intel SDM volume 3D, sections on ECREATE, EADD and EEXTEND):
 * SHA-256 over one 64-byte record for the enclave, one for each page, and for each 256 bytes of a
 * page a record and the bytes.
 */
final class MrEnclave {
  static final int PAGE_BYTES = 4096;

  /** Page type REG, readable. */
  static final long READ = 0x201;

  /** Page type REG, readable and executable. */
  static final long READ_EXECUTE = 0x205;

  private static final int CHUNK_BYTES = 256;

  private final MessageDigest digest;
  private final ByteBuffer record = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
  private long offset;

  /**
   * @param enclaveBytes size of the enclave's address range, a power of two
   */
  MrEnclave(long enclaveBytes) {
    if (Long.bitCount(enclaveBytes) != 1 || enclaveBytes < PAGE_BYTES) {
      throw new IllegalArgumentException("an enclave's size is a power of two");
    }
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-256", e);
    }
    int ssaFramePages = 1;
    start("ECREATE").putInt(8, ssaFramePages).putLong(12, enclaveBytes);
    digest.update(record.array());
  }

  private ByteBuffer start(String leaf) {
    Arrays.fill(record.array(), (byte) 0);
    return record.put(0, leaf.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Adds the next page and measures all of it.
   *
   * @param flags the page's SECINFO flags
   */
  void addPage(byte[] page, long flags) {
    if (page.length != PAGE_BYTES) {
      throw new IllegalArgumentException("a page has " + PAGE_BYTES + " bytes");
    }
    start("EADD").putLong(8, offset).putLong(16, flags);
    digest.update(record.array());
    for (int at = 0; at < PAGE_BYTES; at += CHUNK_BYTES) {
      start("EEXTEND").putLong(8, offset + at);
      digest.update(record.array());
      digest.update(page, at, CHUNK_BYTES);
    }
    offset += PAGE_BYTES;
  }

  /** The measurement (EINIT). */
  byte[] finish() {
    return digest.digest();
  }
}
