package org.blindbook.client.state;

import java.io.IOException;
import java.util.Optional;

/**
 * Keeps one value for the client: which contacts are paid for, and what proves it or came of it.
 * Without it every discovery pays for every contact again.
 *
 * <p>Unless the client has a key for it, the value holds lookup keys, from which phone numbers can
 * be computed: store it as privately as the address book itself, and do not back it up where the
 * address book would not go. A store belongs to one account on one server, and to one client at a
 * time. Only one thread calls it.
 */
public interface StateStore {

  /** The value saved last, or empty. */
  Optional<byte[]> load() throws IOException;

  /**
   * Replaces the value. When this returns, a crash at any later point finds the new value; when it
   * does not return, the old or the new one, whole.
   *
   * @param state usually below 3 MiB; the caller overwrites the array afterwards
   */
  void save(byte[] state) throws IOException;
}
