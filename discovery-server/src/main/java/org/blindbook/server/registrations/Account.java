package org.blindbook.server.registrations;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/** An account as operators write it: a UUID in its usual form, other than the one of zeros. */
public final class Account {
  private static final int LENGTH = 36;
  private static final UUID NOBODY = new UUID(0, 0);

  private Account() {}

  /** Empty when the text is something else. */
  public static Optional<UUID> parse(String text) {
    if (!isInUsualForm(text)) {
      return Optional.empty(); // the JDK takes signs, and groups of other lengths
    }
    UUID uuid = UUID.fromString(text);
    return uuid.equals(NOBODY) ? Optional.empty() : Optional.of(uuid);
  }

  private static boolean isInUsualForm(String text) {
    if (text.length() != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      boolean digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      if (dash ? c != '-' : !digit) {
        return false;
      }
    }
    return true;
  }

  /** The 16 bytes of the UUID, as the enclave and credentials take them. */
  public static byte[] bytes(UUID account) {
    return ByteBuffer.allocate(RegistrationBatch.ACCOUNT_BYTES)
        .putLong(account.getMostSignificantBits())
        .putLong(account.getLeastSignificantBits())
        .array();
  }
}
