package org.blindbook.protocol.message;

/** Bytes that are not the message they should be. The text never contains any of them. */
public final class MalformedMessageException extends Exception {
  private static final long serialVersionUID = 1;

  public MalformedMessageException(String what) {
    super(what, null, false, false);
  }
}
