package org.blindbook.server.auth;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/** The secrets behind {@link LoadCredential}: one, and another while it is changed. */
public final class LoadKey {
  public static final int BYTES = MacKey.BYTES;

  private final MacKeys keys;

  private LoadKey(MacKeys keys) {
    this.keys = keys;
  }

  /** Fresh bytes for {@link #of}. */
  public static byte[] generate() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  /**
   * @param bytes {@value #BYTES}, to mint and verify with; wiped
   * @param other {@value #BYTES} to accept besides; wiped
   * @throws IllegalArgumentException on any other length
   */
  public static LoadKey of(byte[] bytes, Optional<byte[]> other) {
    try {
      return new LoadKey(new MacKeys(key(bytes), other.map(LoadKey::key)));
    } finally {
      Arrays.fill(bytes, (byte) 0);
      other.ifPresent(wiped -> Arrays.fill(wiped, (byte) 0));
    }
  }

  private static MacKey key(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a load key is " + BYTES + " bytes");
    }
    return new MacKey(bytes, 0);
  }

  MacKeys keys() {
    return keys;
  }
}
