package org.blindbook.enclave.channel;

import java.security.SecureRandom;
import java.util.Arrays;

/** The enclave's X25519 channel key. Its public half is in the attested claims. */
public final class StaticKey {
  private final byte[] privateKey;
  private final byte[] publicKey;

  StaticKey(byte[] privateKey) {
    this.privateKey = privateKey;
    this.publicKey = X25519.publicKey(privateKey);
  }

  public static StaticKey generate(SecureRandom random) {
    return new StaticKey(X25519.generatePrivateKey(random));
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
