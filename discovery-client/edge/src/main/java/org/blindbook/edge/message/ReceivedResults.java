package org.blindbook.edge.message;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.blindbook.protocol.lookup.Results;
import org.blindbook.protocol.message.MalformedMessageException;

/** {@link Results} as the client reads them. Never prints what it holds. */
public final class ReceivedResults {
  private final ByteBuffer bytes;

  private ReceivedResults(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /**
   * @param encoded not copied
   * @param capacity the size class of the request that was sent
   * @throws MalformedMessageException unless the bytes are exactly the results of such a request
   */
  public static ReceivedResults decode(byte[] encoded, int capacity)
      throws MalformedMessageException {
    ByteBuffer bytes = ByteBuffer.wrap(encoded);
    if (encoded.length != Results.length(capacity)
        || bytes.getInt(0) != Results.TYPE << 24
        || bytes.getInt(Results.CAPACITY_AT) != capacity) {
      throw new MalformedMessageException("not the results of this request");
    }
    return new ReceivedResults(bytes);
  }

  /**
   * The account of entry {@code i}, empty for a miss.
   *
   * @leaks which, by time: for the client only
   */
  public Optional<UUID> account(int i) {
    int at = Results.VALUES_AT + i * Results.VALUE_BYTES;
    long hi = bytes.getLong(at);
    long lo = bytes.getLong(at + Long.BYTES);
    return (hi | lo) == 0 ? Optional.empty() : Optional.of(new UUID(hi, lo));
  }

  /** Overwrites every byte with zero. */
  public void wipe() {
    Arrays.fill(bytes.array(), (byte) 0);
  }

  @Override
  public String toString() {
    return "ReceivedResults[redacted]";
  }
}
