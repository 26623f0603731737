package org.blindbook.protocol.lookup;

/** What a client says of one entry of its request. The kind is as secret as the key. */
public enum EntryKind {
  /** Room that is not used. Its key is ignored and its result is zero. */
  EMPTY(0),
  /** Paid for earlier: part of the set that the token covers. */
  PREV(1),
  /** Asked for the first time: costs a permit. */
  NEW(2),
  /** Paid for earlier and no longer wanted: part of the token's set, not looked up. */
  DISCARD(3);

  private final int wire;

  EntryKind(int wire) {
    this.wire = wire;
  }

  /** The byte that stands for this kind. */
  public int wire() {
    return wire;
  }
}
