package org.blindbook.protocol.message;

/** How a deployment makes lookup keys from identifiers; attested in the {@link Claims}. */
public enum DiscoveryMode {
  /** A plain hash, safe only inside the attested channel. */
  TRUNCATED(1),
  /** The output of a verifiable oblivious PRF (RFC 9497). */
  BLINDED(2);

  private final int wire;

  DiscoveryMode(int wire) {
    this.wire = wire;
  }

  /** The number that stands for it. */
  public int wire() {
    return wire;
  }
}
