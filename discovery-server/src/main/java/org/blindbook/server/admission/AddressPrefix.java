package org.blindbook.server.admission;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The part of an address that one subscriber has: all of an IPv4 address, the first 56 bits of an
 * IPv6 address. A home is given a /56 or more (RIPE-690), so a limit by /64 would be 256 limits for
 * each; a /48 would count a village as one. Behind one IPv4 address there may be thousands of
 * phones, which the limits leave room for.
 */
public final class AddressPrefix {
  private static final int IPV6_BYTES = 7;

  private final byte[] bytes;

  private AddressPrefix(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Of an address; empty for this machine's own, which stand for no client. */
  public static Optional<AddressPrefix> of(InetAddress address) {
    if (address.isLoopbackAddress()) {
      return Optional.empty();
    }
    byte[] bytes = address.getAddress();
    return Optional.of(
        new AddressPrefix(
            address instanceof Inet6Address ? Arrays.copyOf(bytes, IPV6_BYTES) : bytes));
  }

  /**
   * Of the client that a proxy names in {@code X-Forwarded-For}: the last address, which is the one
   * that the proxy itself saw; those before it are the client's own words.
   *
   * @param header null when there is none
   * @return empty when it is no address, too
   */
  public static Optional<AddressPrefix> ofForwarded(@Nullable String header) {
    if (header == null) {
      return Optional.empty();
    }
    String last = header.substring(header.lastIndexOf(',') + 1).strip();
    try {
      return of(InetAddress.ofLiteral(last));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public String toString() {
    return "AddressPrefix";
  }
}
