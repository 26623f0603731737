package org.blindbook.platform;

import java.util.HexFormat;
import java.util.Set;

/** An enclave's attributes (Intel SDM volume 3D, section 35.7.1): 8 bytes of flags, then XFRM. */
final class Attributes {
  /** MODE64BIT; x87, SSE and AVX state. */
  private static final byte[] RELEASE = HexFormat.of().parseHex("04000000000000000700000000000000");

  /** Every flag; x87 and SSE. */
  private static final byte[] MASK = HexFormat.of().parseHex("ffffffffffffffff0300000000000000");

  private static final int INIT = 1;
  private static final int DEBUG = 1 << 1;

  private Attributes() {}

  /** Those that an enclave is made with. */
  static byte[] of(Set<Condition> conditions) {
    byte[] attributes = RELEASE.clone();
    if (conditions.contains(Condition.DEBUG)) {
      attributes[0] |= DEBUG;
    }
    return attributes;
  }

  /** Those of an enclave that has been initialised. */
  static byte[] initialised(byte[] attributes) {
    byte[] initialised = attributes.clone();
    initialised[0] |= INIT;
    return initialised;
  }

  /** The attributes that a signer insists on. */
  static byte[] mask(boolean debugAllowed) {
    byte[] mask = MASK.clone();
    if (debugAllowed) {
      mask[0] &= ~DEBUG;
    }
    return mask;
  }
}
