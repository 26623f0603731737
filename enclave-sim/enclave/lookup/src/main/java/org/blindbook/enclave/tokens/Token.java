package org.blindbook.enclave.tokens;

import java.security.SecureRandom;
import java.util.Arrays;
import org.blindbook.enclave.constanttime.Masks;
import org.blindbook.enclave.sealing.SecretKey;
import org.blindbook.protocol.lookup.DiscoveryRequest;

/**
 * Proof that an account has paid for a set of contacts, kept by the client: 32 bytes of entropy,
 * then HMAC-SHA256 over account, entropy and the set's hash. The enclave stores nothing about the
 * set.
 */
public final class Token {
  private static final int ENTROPY_BYTES = 32;

  private final SecretKey key;
  private final SecureRandom random;

  public Token(SecretKey key, SecureRandom random) {
    this.key = key;
    this.random = random;
  }

  /**
   * A token over a set.
   *
   * @leaks nothing
   */
  public byte[] issue(byte[] account, SetHash set) {
    byte[] entropy = new byte[ENTROPY_BYTES];
    random.nextBytes(entropy);
    byte[] token = Arrays.copyOf(entropy, DiscoveryRequest.TOKEN_BYTES);
    System.arraycopy(mac(account, entropy, set), 0, token, ENTROPY_BYTES, ENTROPY_BYTES);
    return token;
  }

  /**
   * All ones when the token covers exactly this set for this account, else zero. Without a token,
   * all zeros, only the empty set is covered.
   *
   * @leaks nothing
   */
  public long covers(byte[] token, byte[] account, SetHash set) {
    byte[] entropy = Arrays.copyOf(token, ENTROPY_BYTES);
    byte[] mac = mac(account, entropy, set);
    long forged = 0;
    long present = 0;
    for (int i = 0; i < ENTROPY_BYTES; i++) {
      forged |= mac[i] ^ token[ENTROPY_BYTES + i];
      present |= token[i] | token[ENTROPY_BYTES + i];
    }
    return Masks.isZero(forged) | Masks.isZero(present | set.count());
  }

  private byte[] mac(byte[] account, byte[] entropy, SetHash set) {
    return key.mac(account, entropy, set.bytes());
  }
}
