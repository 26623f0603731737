package org.blindbook.server.admission;

/** What the host has only so much of, and by which setting there would be more. */
public enum Resource {
  SOCKETS("connections without a session", "connections.max, and the limit of open files"),
  DESCRIPTORS("file descriptors", "the limit of open files (ulimit -n)"),
  SESSIONS("sessions", "sessions.max"),
  MESSAGE_BYTES("memory for messages", "messages.max-bytes"),
  WORK("time of the enclaves", "the number of servers or cores");

  private final String what;
  private final String remedy;

  Resource(String what, String remedy) {
    this.what = what;
    this.remedy = remedy;
  }

  String what() {
    return what;
  }

  /** What an operator would raise. */
  String remedy() {
    return remedy;
  }
}
