package org.blindbook.server.admission;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What the host's heap holds when everything that is allowed is in use at once.
 *
 * @param parts of it, of which none grows with anything that is not configured
 */
public record HostMemory(List<Part> parts) {
  private static final int MIB = 1 << 20;

  /** Code's data, buffers of the event loops, one update of a table, a collector's room to work. */
  private static final long PROGRAM_BYTES = 64L * MIB;

  /**
   * A WebSocket, its relay, its place in the lane: 15.9 KiB measured, and some more while it acts.
   */
  private static final long BYTES_PER_SESSION = 18 << 10;

  /** A connection with a request under way: its codec, and headers up to their limit. */
  private static final long BYTES_PER_PLAIN_CONNECTION = 24 << 10;

  /** As it came, as the arguments of a call, and as the frame of that call. */
  private static final int COPIES_OF_A_MESSAGE = 3;

  /** A sealed ledger, its account, and their places in a map. */
  private static final long BYTES_PER_LEDGER = 768;

  /**
   * @param what in the plural
   */
  public record Part(String what, long bytes) {
    private String inMebibytes() {
      return (bytes + MIB - 1) / MIB + " MiB for " + what;
    }
  }

  /**
   * @param sessions at once, of all roles
   * @param plainConnections at once
   * @param messageBytes of messages on their way
   * @param ledgers in memory
   */
  public static HostMemory of(
      long sessions, long plainConnections, long messageBytes, long ledgers) {
    return new HostMemory(
        List.of(
            new Part("the program", PROGRAM_BYTES),
            new Part(sessions + " sessions", sessions * BYTES_PER_SESSION),
            new Part(
                plainConnections + " connections without a session",
                plainConnections * BYTES_PER_PLAIN_CONNECTION),
            new Part("messages on their way", messageBytes * COPIES_OF_A_MESSAGE),
            new Part(ledgers + " ledgers", ledgers * BYTES_PER_LEDGER)));
  }

  public long bytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }

  /** Whole mebibytes, rounded up. */
  public long mebibytes() {
    return (bytes() + MIB - 1) / MIB;
  }

  /** One sentence, with its parts. */
  public String describe() {
    return "the host takes at most "
        + mebibytes()
        + " MiB of heap: "
        + parts.stream().map(Part::inMebibytes).collect(Collectors.joining(", "));
  }
}
