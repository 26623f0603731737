package org.blindbook.protocol.oprf;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.blindbook.protocol.oprf.ristretto.Scalar;

/**
 * The hash functions of ristretto255-SHA512 in mode VOPRF (RFC 9497, section 4.1), the only mode
 * that is used: no evaluation is trusted without a proof. For one thread.
 */
public final class Ciphersuite {
  private static final String CONTEXT = "OPRFV1-\1-ristretto255-SHA512";
  private static final int SHA512_BLOCK_BYTES = 128;

  private final byte[] scalarDomain = domain("HashToScalar-");
  private final MessageDigest sha512 = newSha512();

  private static MessageDigest newSha512() {
    try {
      return MessageDigest.getInstance("SHA-512");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-512", e);
    }
  }

  /**
   * A domain separation tag.
   *
   * @leaks nothing: it is public
   */
  public static byte[] domain(String prefix) {
    return (prefix + CONTEXT).getBytes(US_ASCII);
  }

  /**
   * A number in two bytes, big-endian.
   *
   * @leaks nothing
   */
  public static byte[] length(int number) {
    return new byte[] {(byte) (number >>> 8), (byte) number};
  }

  /**
   * HashToScalar of the parts, one after the other.
   *
   * @leaks the lengths of the parts
   */
  Scalar hashToScalar(byte[]... parts) {
    return hashToScalarUnder(scalarDomain, parts);
  }

  /**
   * The same with another domain separation tag.
   *
   * @leaks the lengths of the parts
   */
  Scalar hashToScalarUnder(byte[] domain, byte[]... parts) {
    byte[] uniform = expand(domain, parts);
    Scalar scalar = Scalar.reduce(uniform);
    Arrays.fill(uniform, (byte) 0);
    return scalar;
  }

  /**
   * SHA-512 of the parts, one after the other.
   *
   * @leaks the lengths of the parts
   */
  byte[] hash(byte[]... parts) {
    for (byte[] part : parts) {
      sha512.update(part);
    }
    return sha512.digest();
  }

  /**
   * expand_message_xmd for 64 bytes, one digest (RFC 9380, section 5.3.1).
   *
   * @param domain at most 255 bytes
   * @param parts of the message, one after the other
   * @leaks the lengths of domain and parts
   */
  public byte[] expand(byte[] domain, byte[]... parts) {
    sha512.update(new byte[SHA512_BLOCK_BYTES]);
    for (byte[] part : parts) {
      sha512.update(part);
    }
    sha512.update(length(Scalar.WIDE_BYTES));
    sha512.update((byte) 0);
    byte[] first = endWith(domain);
    sha512.update(first);
    sha512.update((byte) 1);
    Arrays.fill(first, (byte) 0);
    return endWith(domain);
  }

  private byte[] endWith(byte[] domain) {
    sha512.update(domain);
    sha512.update((byte) domain.length);
    return sha512.digest();
  }
}
