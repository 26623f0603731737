package org.blindbook.server.registrations;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/** An account as operators write it: a UUID in its usual form, other than the one of zeros. */
public final class Account {
  private static final UUID NOBODY = new UUID(0, 0);

  private Account() {}

  /** Empty when the text is something else. */
  public static Optional<UUID> parse(String text) {
    try {
      UUID uuid = UUID.fromString(text);
      // The JDK also takes groups of other lengths.
      return uuid.equals(NOBODY) || !uuid.toString().equalsIgnoreCase(text)
          ? Optional.empty()
          : Optional.of(uuid);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The 16 bytes of the UUID, as the enclave and credentials take them. */
  public static byte[] bytes(UUID account) {
    return ByteBuffer.allocate(RegistrationBatch.ACCOUNT_BYTES)
        .putLong(account.getMostSignificantBits())
        .putLong(account.getLeastSignificantBits())
        .array();
  }
}
