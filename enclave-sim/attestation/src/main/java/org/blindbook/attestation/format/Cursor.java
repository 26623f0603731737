package org.blindbook.attestation.format;

import java.util.Arrays;

/** Reads bytes front to back. Running past the end is a malformed input, never a crash. */
final class Cursor {
  private final String what;
  private final byte[] bytes;
  private int position;

  /**
   * @param what names the input in error messages
   */
  Cursor(String what, byte[] bytes) {
    this.what = what;
    this.bytes = bytes;
  }

  int remaining() {
    return bytes.length - position;
  }

  byte[] take(long length) throws MalformedEvidenceException {
    if (length > remaining()) {
      throw new MalformedEvidenceException(what + " ends too early");
    }
    byte[] part = Arrays.copyOfRange(bytes, position, position + (int) length);
    position += (int) length;
    return part;
  }

  /** An unsigned little-endian integer. */
  int u16() throws MalformedEvidenceException {
    byte[] part = take(2);
    return (part[0] & 0xff) | (part[1] & 0xff) << 8;
  }

  /** An unsigned little-endian integer. */
  long u32() throws MalformedEvidenceException {
    return u16() | (long) u16() << 16;
  }

  /** An unsigned big-endian integer. */
  long u32BigEndian() throws MalformedEvidenceException {
    return Integer.reverseBytes((int) u32()) & 0xffff_ffffL;
  }

  void expectEnd() throws MalformedEvidenceException {
    if (remaining() != 0) {
      throw new MalformedEvidenceException(what + " has bytes after its end");
    }
  }
}
