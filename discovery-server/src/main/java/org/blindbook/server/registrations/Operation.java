package org.blindbook.server.registrations;

/** What a file's rows ask for. */
public enum Operation {
  REGISTER,
  UNREGISTER
}
