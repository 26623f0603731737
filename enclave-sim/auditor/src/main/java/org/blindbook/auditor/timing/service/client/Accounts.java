package org.blindbook.auditor.timing.service.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;

/** New accounts, with credentials as the messenger's backend mints them. */
public final class Accounts {
  private static final int KEY_BYTES = 32;
  private static final int ACCOUNT_BYTES = 16;

  private final byte[] keys;
  private final InstantSource clock;
  private final SecureRandom random;

  /**
   * @param keyFile {@code credential.key} of the service's data directory, both keys
   */
  public Accounts(Path keyFile, InstantSource clock, SecureRandom random) throws IOException {
    this.keys = Files.readAllBytes(keyFile);
    if (keys.length != 2 * KEY_BYTES) {
      throw new IOException("the service's key for credentials has not two halves");
    }
    this.clock = clock;
    this.random = random;
  }

  /** An account that never asked. */
  public Account next() {
    byte[] id = new byte[ACCOUNT_BYTES];
    random.nextBytes(id);
    String pseudonym = mac(Arrays.copyOfRange(keys, KEY_BYTES, 2 * KEY_BYTES), id);
    String signed = pseudonym + ":" + clock.instant().getEpochSecond();
    byte[] macKey = Arrays.copyOf(keys, KEY_BYTES);
    return new Account(
        signed + ":" + mac(macKey, signed.getBytes(StandardCharsets.US_ASCII)), random);
  }

  private static String mac(byte[] key, byte[] message) {
    return new HmacUtils(HmacAlgorithms.HMAC_SHA_256, key).hmacHex(message);
  }
}
