package org.blindbook.auditor.timing.service.client;

import java.security.SecureRandom;
import org.blindbook.protocol.lookup.DiscoveryRequest;

/** An account, used from one device. */
public final class Account {
  private static final int DEVICE_BYTES = 16;

  private final String credential;
  private final byte[] device = new byte[DEVICE_BYTES];
  private final SecureRandom random;

  Account(String credential, SecureRandom random) {
    this.credential = credential;
    this.random = random;
    random.nextBytes(device);
  }

  String credential() {
    return credential;
  }

  /** A retry nonce of this device that was not used before. */
  public byte[] retryNonce() {
    byte[] nonce = new byte[DiscoveryRequest.NONCE_BYTES];
    random.nextBytes(nonce);
    System.arraycopy(device, 0, nonce, 0, DEVICE_BYTES);
    return nonce;
  }

  @Override
  public String toString() {
    return "Account[hidden]";
  }
}
