package org.blindbook.server.serving;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;

/**
 * How many connections the host keeps, of those that are configured and of those that the limit of
 * open files has room for. The rest of the files are for the store, the enclaves and their pipes:
 * no number of clients takes them.
 *
 * @param sessions at once, for each role
 * @param plain connections without a session, at once
 * @param reduced whether the limit of open files allows fewer than are configured
 */
record Sockets(int sessions, int plain, boolean reduced) {
  /** Jars, stores of two epochs, sockets and pipes of their enclaves, and as many again. */
  static final int RESERVED = 256;

  /**
   * @param sessions of all roles together; each has an equal part, so that none takes another's
   * @param limit of this process' open files; empty where there is none
   */
  static Sockets of(int sessions, int plain, int roles, OptionalLong limit) {
    long room = Math.max(0, limit.orElse(Long.MAX_VALUE) - RESERVED);
    boolean reduced = (long) sessions + plain > room;
    long plainToo = reduced ? Math.max(1, Math.min(plain, room / 4)) : plain;
    long ofAll = Math.min(sessions, Math.max(0, room - plainToo));
    return new Sockets((int) Math.max(1, ofAll / roles), (int) plainToo, reduced);
  }

  /** Of whatever kind, at once: some may not have been looked at yet. */
  int atMost(int roles) {
    return sessions * roles + plain + RESERVED / 2;
  }

  /** Of this process; empty on a system that does not say. */
  static OptionalLong limitOfOpenFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? OptionalLong.of(unix.getMaxFileDescriptorCount())
        : OptionalLong.empty();
  }

  /** Whether hardly any more files can be opened now. */
  static boolean filesAreUsedUp() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        && unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount() < RESERVED / 8;
  }
}
