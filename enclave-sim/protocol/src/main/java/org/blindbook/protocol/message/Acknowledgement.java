package org.blindbook.protocol.message;

import java.util.Arrays;

/** The client's word that it has stored the token: 16 bytes, the type and zeros. */
public final class Acknowledgement {
  public static final int BYTES = 16;
  public static final int TYPE = 3;

  private Acknowledgement() {}

  /**
   * @throws MalformedMessageException unless the bytes are an acknowledgement
   * @leaks whether they are
   */
  public static void check(byte[] bytes) throws MalformedMessageException {
    byte[] acknowledgement = new byte[BYTES];
    acknowledgement[0] = TYPE;
    if (!Arrays.equals(bytes, acknowledgement)) {
      throw new MalformedMessageException("not an acknowledgement");
    }
  }
}
