package org.blindbook.loadtest.trust;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.UUID;
import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;

/**
 * Mints credentials as a messenger's backend does, by the format that docs/operations.md publishes:
 * {@code pseudonym:timestamp:mac}. Safe for use by several threads.
 */
public final class CredentialMint {
  private static final int PART_BYTES = 32;

  private final byte[] macKey;
  private final byte[] pseudonymKey;
  private final InstantSource clock;

  private CredentialMint(byte[] key, InstantSource clock) {
    this.macKey = Arrays.copyOf(key, PART_BYTES);
    this.pseudonymKey = Arrays.copyOfRange(key, PART_BYTES, 2 * PART_BYTES);
    this.clock = clock;
  }

  /**
   * @param file a data directory's {@code credential.key}
   * @throws IOException with a sentence when it cannot be read or does not mint
   */
  public static CredentialMint read(Path file, InstantSource clock) throws IOException {
    byte[] key;
    try {
      key = Files.size(file) > 2 * PART_BYTES ? new byte[0] : Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IOException(
          "The credential key cannot be read: name the file credential.key of the server's data"
              + " directory, as a user who may read it.",
          e);
    }
    try {
      return of(key, clock);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          key.length == PART_BYTES
              ? "The credential key is the half that verifies only: name the whole key, which"
                  + " mints."
              : "The credential key is no credential.key of a data directory: it has 64 bytes.",
          e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * @param key 64 bytes
   */
  public static CredentialMint of(byte[] key, InstantSource clock) {
    if (key.length != 2 * PART_BYTES) {
      throw new IllegalArgumentException("a credential key that mints is 64 bytes");
    }
    return new CredentialMint(key, clock);
  }

  /** A credential that is valid from now on. */
  public String mint(UUID account) {
    byte[] bytes =
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(account.getMostSignificantBits())
            .putLong(account.getLeastSignificantBits())
            .array();
    String signed = mac(pseudonymKey, bytes) + ":" + clock.instant().getEpochSecond();
    return signed + ":" + new HmacUtils(HmacAlgorithms.HMAC_SHA_256, macKey).hmacHex(signed);
  }

  private static String mac(byte[] key, byte[] message) {
    return new HmacUtils(HmacAlgorithms.HMAC_SHA_256, key).hmacHex(message);
  }
}
