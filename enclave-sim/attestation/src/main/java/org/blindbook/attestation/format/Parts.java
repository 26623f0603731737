package org.blindbook.attestation.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The bundle that documents beside evidence travel in: four letters that name its kind and version,
 * then a fixed number of parts, each a 4-byte big-endian length and its bytes. A part may be empty.
 */
final class Parts {
  private Parts() {}

  /**
   * @throws MalformedEvidenceException unless the bytes are exactly one bundle of this kind
   */
  static List<byte[]> decode(String kind, int count, int maxBytes, byte[] bytes)
      throws MalformedEvidenceException {
    if (bytes.length > maxBytes) {
      throw new MalformedEvidenceException("the collateral is larger than " + maxBytes + " bytes");
    }
    Cursor in = new Cursor("the collateral", bytes);
    if (!new String(in.take(kind.length()), StandardCharsets.ISO_8859_1).equals(kind)) {
      throw new MalformedEvidenceException("unknown kind or version of collateral");
    }
    List<byte[]> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(in.take(in.u32BigEndian()));
    }
    in.expectEnd();
    return parts;
  }

  static byte[] encode(String kind, List<byte[]> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(kind.getBytes(StandardCharsets.ISO_8859_1));
    for (byte[] part : parts) {
      out.writeBytes(ByteBuffer.allocate(4).putInt(part.length).array());
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
