package org.blindbook.platform;

/** The platform cannot do its work. The text is a plain sentence that says what to do. */
public final class PlatformException extends Exception {
  private static final long serialVersionUID = 1;

  PlatformException(String message) {
    super(message, null, false, false);
  }
}
