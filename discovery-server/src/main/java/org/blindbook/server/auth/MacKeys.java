package org.blindbook.server.auth;

import java.util.Optional;

/**
 * The secret that codes are made with, and another one that is accepted besides while the one is
 * changed for the other. Safe for use by several threads.
 *
 * @param other the one of before, or the one to come
 */
record MacKeys(MacKey current, Optional<MacKey> other) {
  /** 64 digits, of a message of ASCII characters. */
  String mac(String message) {
    return current.mac(message);
  }

  /**
   * Whether it was made with one of the two.
   *
   * @param message of ASCII characters
   * @leaks the length of the claimed mac, and how many secrets there are; nothing of the expected
   *     ones, nor which of them it was
   */
  boolean verify(String message, String claimed) {
    boolean byCurrent = current.verify(message, claimed);
    boolean byOther = other.map(key -> key.verify(message, claimed)).orElse(false);
    return byCurrent | byOther;
  }

  @Override
  public String toString() {
    return "MacKeys[redacted]";
  }
}
