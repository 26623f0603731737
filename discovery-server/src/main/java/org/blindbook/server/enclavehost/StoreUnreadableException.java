package org.blindbook.server.enclavehost;

/** The registration store cannot be read at the moment. */
public final class StoreUnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StoreUnreadableException() {
    super("the registration store cannot be read", null, false, false);
  }
}
