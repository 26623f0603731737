package org.blindbook.enclave.evaluator;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.blindbook.enclave.sealing.SecretKey;
import org.blindbook.protocol.Aead;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.blindbook.protocol.oprf.OprfException;

/**
 * The evaluator's key as the host keeps it: 32 random bytes, of which its sealing key is made, then
 * the sealed key, whose associated data is the epoch in 4 bytes. A key of another epoch does not
 * open.
 */
final class SealedKey {
  private static final int SALT_BYTES = 32;
  private static final int BYTES = SALT_BYTES + EvaluatorKey.BYTES + Aead.TAG_BYTES;
  private static final byte[] NONCE = new byte[Aead.NONCE_BYTES];

  private final SecretKey sealing;
  private final byte[] epoch;

  SealedKey(Hardware hardware, int epoch) throws IOException {
    this.sealing = SecretKey.of(hardware, "evaluator key");
    this.epoch = ByteBuffer.allocate(4).putInt(epoch).array();
  }

  byte[] seal(EvaluatorKey key, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] secret = key.encode();
    byte[] ciphertext = sealing.aeadFor(salt).seal(NONCE, secret, epoch);
    Arrays.fill(secret, (byte) 0);
    return ByteBuffer.allocate(BYTES).put(salt).put(ciphertext).array();
  }

  /** Empty when the bytes are not a key that was sealed for this epoch. */
  Optional<EvaluatorKey> open(byte[] sealed) {
    if (sealed.length != BYTES) {
      return Optional.empty();
    }
    byte[] salt = Arrays.copyOf(sealed, SALT_BYTES);
    byte[] ciphertext = Arrays.copyOfRange(sealed, SALT_BYTES, BYTES);
    return sealing.aeadFor(salt).open(NONCE, ciphertext, epoch).flatMap(SealedKey::decode);
  }

  private static Optional<EvaluatorKey> decode(byte[] secret) {
    try {
      return Optional.of(EvaluatorKey.decode(secret));
    } catch (OprfException e) {
      return Optional.empty();
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }
}
