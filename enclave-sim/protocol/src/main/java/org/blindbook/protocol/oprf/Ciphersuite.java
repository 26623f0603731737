package org.blindbook.protocol.oprf;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.blindbook.protocol.oprf.ristretto.Derivation;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;
import org.blindbook.protocol.oprf.ristretto.Scalar;

/**
 * The hash functions of ristretto255-SHA512 (RFC 9497, section 4.1) in one mode. For one thread.
 *
 * <p>All of them leak the lengths of their inputs and nothing else.
 */
final class Ciphersuite {
  /** RFC 9497, section 3.1. Blindbook trusts no evaluation without a proof: it uses VOPRF. */
  enum Mode {
    OPRF,
    VOPRF
  }

  static final int MAX_INPUT_BYTES = 0xFFFF;

  private static final String IDENTIFIER = "ristretto255-SHA512";
  private static final int SHA512_BLOCK_BYTES = 128;
  private static final byte[] FINALIZE = "Finalize".getBytes(US_ASCII);

  private final String context;
  private final byte[] groupDomain;
  private final byte[] scalarDomain;
  private final MessageDigest sha512 = newSha512();
  private final Derivation derivation = new Derivation();

  Ciphersuite(Mode mode) {
    this.context = "OPRFV1-" + (char) mode.ordinal() + "-" + IDENTIFIER;
    this.groupDomain = domain("HashToGroup-");
    this.scalarDomain = domain("HashToScalar-");
  }

  private static MessageDigest newSha512() {
    try {
      return MessageDigest.getInstance("SHA-512");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-512", e);
    }
  }

  /** A domain separation tag of this mode. */
  byte[] domain(String prefix) {
    return (prefix + context).getBytes(US_ASCII);
  }

  /** HashToGroup. The identity comes out with probability 2^-252. */
  void hashToGroup(byte[] input, Element out) {
    byte[] uniform = expand(groupDomain, input);
    derivation.derive(uniform, out);
    Arrays.fill(uniform, (byte) 0);
  }

  /** HashToScalar of the parts, one after the other. */
  Scalar hashToScalar(byte[]... parts) {
    return hashToScalarUnder(scalarDomain, parts);
  }

  Scalar hashToScalarUnder(byte[] domain, byte[]... parts) {
    byte[] uniform = expand(domain, parts);
    Scalar scalar = Scalar.reduce(uniform);
    Arrays.fill(uniform, (byte) 0);
    return scalar;
  }

  /** The function's value, from the input and its element times the key, encoded at a place. */
  byte[] finish(byte[] input, byte[] evaluated, int at) {
    sha512.update(length(input.length));
    sha512.update(input);
    sha512.update(length(Encoding.BYTES));
    sha512.update(evaluated, at, Encoding.BYTES);
    byte[] output = sha512.digest(FINALIZE);
    sha512.reset(); // overwrites the input, of which the last block stayed
    return output;
  }

  byte[] hash(byte[]... parts) {
    for (byte[] part : parts) {
      sha512.update(part);
    }
    return sha512.digest();
  }

  /** A number in two bytes, big-endian. */
  static byte[] length(int number) {
    return new byte[] {(byte) (number >>> 8), (byte) number};
  }

  /** expand_message_xmd for 64 bytes, one digest (RFC 9380, section 5.3.1). */
  private byte[] expand(byte[] domain, byte[]... parts) {
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
