package org.blindbook.server.registrations;

/** What a file's rows ask for. */
public enum Operation {
  REGISTER,
  UNREGISTER,

  /** Register these, and unregister everybody else. */
  REPLACE;

  /** Whether a row says whose account it is. */
  boolean needsAccount() {
    return this != UNREGISTER;
  }
}
