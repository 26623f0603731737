package org.blindbook.protocol.message;

/** What a client says of one entry of its request. The kind is as secret as the key. */
public enum EntryKind {
  /** Room that is not used. Its key is ignored and its result is zero. */
  EMPTY,
  /** Paid for earlier: part of the set that the token covers. */
  PREV,
  /** Asked for the first time: costs a permit. */
  NEW,
  /** Paid for earlier and no longer wanted: part of the token's set, not looked up. */
  DISCARD;

  /** The byte that stands for this kind. */
  public int wire() {
    return ordinal();
  }
}
