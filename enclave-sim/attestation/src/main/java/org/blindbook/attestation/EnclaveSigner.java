package org.blindbook.attestation;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.blindbook.attestation.format.SigStruct;

/**
 * Who signed an enclave. The processor checks a {@link SigStruct} when it initialises an enclave
 * (EINIT); this is the same check.
 */
public final class EnclaveSigner {
  /** DER of the DigestInfo of SHA-256, up to the digest (RFC 8017, section 9.2). */
  private static final byte[] SHA256_INFO =
      HexFormat.of().parseHex("3031300d060960864801650304020105000420");

  private EnclaveSigner() {}

  /** MRSIGNER: SHA-256 of the modulus, 32 bytes. */
  public static byte[] mrSigner(SigStruct sigStruct) {
    return Digests.sha256(List.of(sigStruct.modulusBytes()));
  }

  /**
   * Whether the signature is by the key that the structure names, with the Q1 and Q2 that the
   * processor computes from. Variable-time: everything here is public.
   */
  public static boolean vartimeVerify(SigStruct sigStruct) {
    BigInteger modulus = sigStruct.modulus();
    BigInteger signature = sigStruct.signature();
    if (modulus.bitLength() != 8 * SigStruct.MODULUS_BYTES
        || signature.signum() == 0
        || signature.compareTo(modulus) >= 0) {
      return false;
    }
    BigInteger[] square = signature.multiply(signature).divideAndRemainder(modulus);
    BigInteger[] cube = square[1].multiply(signature).divideAndRemainder(modulus);
    return square[0].equals(sigStruct.q1())
        && cube[0].equals(sigStruct.q2())
        && cube[1].equals(encoded(Digests.sha256(List.of(sigStruct.signedBytes()))));
  }

  /** EMSA-PKCS1-v1_5: 00 01 ff .. ff 00, DigestInfo, digest. */
  private static BigInteger encoded(byte[] digest) {
    byte[] message = new byte[SigStruct.MODULUS_BYTES];
    int digestAt = message.length - digest.length;
    int infoAt = digestAt - SHA256_INFO.length;
    message[1] = 1;
    Arrays.fill(message, 2, infoAt - 1, (byte) 0xff);
    System.arraycopy(SHA256_INFO, 0, message, infoAt, SHA256_INFO.length);
    System.arraycopy(digest, 0, message, digestAt, digest.length);
    return new BigInteger(1, message);
  }
}
