package org.blindbook.edge.message;

import org.blindbook.protocol.message.Acknowledgement;

/** Writes an {@link Acknowledgement}. */
public final class AcknowledgementWriter {
  private AcknowledgementWriter() {}

  public static byte[] encode() {
    byte[] bytes = new byte[Acknowledgement.BYTES];
    bytes[0] = Acknowledgement.TYPE;
    return bytes;
  }
}
