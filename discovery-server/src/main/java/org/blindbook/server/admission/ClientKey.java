package org.blindbook.server.admission;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;

/**
 * What stands for an account or an address where the host counts what a client holds: half of an
 * HMAC-SHA256 under a key that lives as long as the process. Whoever reads the host's memory later
 * finds no account and no address in its counts.
 */
public final class ClientKey {
  private static final int KEY_BYTES = 32;

  private final long high;
  private final long low;

  private ClientKey(ByteBuffer mac) {
    this.high = mac.getLong();
    this.low = mac.getLong();
  }

  /** Makes keys: the same client has the same one for as long as the process lives. */
  public static final class Maker {
    private final byte[] secret = new byte[KEY_BYTES];

    public Maker(SecureRandom random) {
      random.nextBytes(secret);
    }

    /**
     * @param account the account's digest, of any length but that of a prefix
     */
    public ClientKey ofAccount(byte[] account) {
      return of(account);
    }

    public ClientKey ofAddress(AddressPrefix prefix) {
      return of(prefix.bytes());
    }

    private ClientKey of(byte[] name) {
      return new ClientKey(
          ByteBuffer.wrap(new HmacUtils(HmacAlgorithms.HMAC_SHA_256, secret).hmac(name)));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClientKey that && high == that.high && low == that.low;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(high ^ low);
  }

  @Override
  public String toString() {
    return "ClientKey";
  }
}
