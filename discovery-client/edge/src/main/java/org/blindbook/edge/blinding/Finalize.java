package org.blindbook.edge.blinding;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.blindbook.protocol.oprf.Ciphersuite;
import org.blindbook.protocol.oprf.ristretto.Encoding;

/** The last hash of RFC 9497, section 3.3.2. For one thread. */
final class Finalize {
  private static final byte[] DOMAIN = "Finalize".getBytes(US_ASCII);

  private final MessageDigest sha512;

  Finalize() {
    try {
      sha512 = MessageDigest.getInstance("SHA-512");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-512", e);
    }
  }

  /**
   * The function's value, 64 bytes, from the input and its element times the key, encoded at a
   * place. Leaks the input's length.
   */
  byte[] output(byte[] input, byte[] evaluated, int at) {
    sha512.update(Ciphersuite.length(input.length));
    sha512.update(input);
    sha512.update(Ciphersuite.length(Encoding.BYTES));
    sha512.update(evaluated, at, Encoding.BYTES);
    byte[] output = sha512.digest(DOMAIN);
    sha512.reset(); // overwrites the input, of which the last block stayed
    return output;
  }
}
