package org.blindbook.protocol.message;

import java.util.Arrays;

/** The client's word that it has stored the token: 16 bytes, the type and zeros. */
public final class Acknowledgement {
  public static final int BYTES = 16;

  private static final int TYPE = 3;

  private Acknowledgement() {}

  public static byte[] encode() {
    byte[] bytes = new byte[BYTES];
    bytes[0] = TYPE;
    return bytes;
  }

  /**
   * @throws MalformedMessageException unless the bytes are an acknowledgement
   */
  public static void check(byte[] bytes) throws MalformedMessageException {
    if (!Arrays.equals(bytes, encode())) {
      throw new MalformedMessageException("not an acknowledgement");
    }
  }
}
