package org.blindbook.edge.message;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.EntryKind;
import org.blindbook.protocol.message.SizeClass;

/** A {@link DiscoveryRequest} that a client makes. Never prints what it holds. */
public final class DiscoveryRequestWriter {
  private final ByteBuffer bytes;
  private final int capacity;

  /**
   * An empty request, to be filled.
   *
   * @param capacity a size class
   * @param epoch of the lookup keys, 0 in truncated mode
   * @param token from an earlier answer; empty when there is none
   */
  public DiscoveryRequestWriter(int capacity, int epoch, byte[] retryNonce, byte[] token) {
    if (!SizeClass.isSizeClass(capacity)
        || retryNonce.length != DiscoveryRequest.NONCE_BYTES
        || (token.length != DiscoveryRequest.TOKEN_BYTES && token.length != 0)) {
      throw new IllegalArgumentException("capacity, nonce or token has the wrong size");
    }
    this.capacity = capacity;
    this.bytes = ByteBuffer.allocate(DiscoveryRequest.length(capacity));
    bytes
        .put(0, (byte) DiscoveryRequest.TYPE)
        .putInt(DiscoveryRequest.CAPACITY_AT, capacity)
        .putInt(DiscoveryRequest.EPOCH_AT, epoch)
        .put(DiscoveryRequest.NONCE_AT, retryNonce)
        .put(DiscoveryRequest.TOKEN_AT, token);
  }

  /** Fills entry {@code i}. */
  public void set(int i, long keyHi, long keyLo, EntryKind kind) {
    int at = DiscoveryRequest.KEYS_AT + i * DiscoveryRequest.KEY_BYTES;
    bytes.putLong(at, keyHi).putLong(at + Long.BYTES, keyLo);
    bytes.put(DiscoveryRequest.kindAt(capacity, i), (byte) kind.wire());
  }

  public int capacity() {
    return capacity;
  }

  /** The request as it travels. Not a copy. */
  public byte[] encoded() {
    return bytes.array();
  }

  /** Overwrites every byte with zero. */
  public void wipe() {
    Arrays.fill(bytes.array(), (byte) 0);
  }

  @Override
  public String toString() {
    return "DiscoveryRequestWriter[capacity=" + capacity + "]";
  }
}
