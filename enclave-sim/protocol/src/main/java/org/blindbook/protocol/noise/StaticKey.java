package org.blindbook.protocol.noise;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** The enclave's X25519 channel key. Its public half is in the attested claims. */
public final class StaticKey {
  private final byte[] privateKey;
  private final byte[] publicKey;

  StaticKey(byte[] privateKey) {
    this.privateKey = privateKey.clone();
    this.publicKey = Handshake.publicKey(privateKey);
  }

  public static StaticKey generate(SecureRandom random) {
    byte[] privateKey = new byte[Handshake.DH_BYTES];
    X25519.generatePrivateKey(random, privateKey);
    StaticKey key = new StaticKey(privateKey);
    Arrays.fill(privateKey, (byte) 0);
    return key;
  }

  public byte[] publicKey() {
    return publicKey.clone();
  }

  byte[] privateKey() {
    return privateKey;
  }

  /** Makes the key unusable; handshakes that began with it fail. */
  public void wipe() {
    Arrays.fill(privateKey, (byte) 0);
  }

  @Override
  public String toString() {
    return "StaticKey[redacted]";
  }
}
