package org.blindbook.protocol.noise;

/** A handshake or channel message that is not genuine. The channel is unusable afterwards. */
public final class NoiseException extends Exception {
  private static final long serialVersionUID = 1;

  public NoiseException(String what) {
    super(what, null, false, false);
  }
}
