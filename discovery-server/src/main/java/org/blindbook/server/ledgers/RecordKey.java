package org.blindbook.server.ledgers;

import java.nio.ByteBuffer;

/**
 * Names a record.
 *
 * @param id of the account, or empty
 */
public record RecordKey(RecordKind kind, ByteBuffer id) {
  public static RecordKey of(RecordKind kind, byte[] id) {
    return new RecordKey(kind, ByteBuffer.wrap(id.clone()).asReadOnlyBuffer());
  }

  byte[] idBytes() {
    byte[] bytes = new byte[id.remaining()];
    id.duplicate().get(bytes);
    return bytes;
  }

  /** Names no account. */
  @Override
  public String toString() {
    return "RecordKey[" + kind + "]";
  }
}
