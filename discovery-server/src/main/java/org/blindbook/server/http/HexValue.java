package org.blindbook.server.http;

import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A 32-byte value as clients write it in a header or a query: 64 hexadecimal digits. */
final class HexValue {
  private static final int DIGITS = 64;

  private HexValue() {}

  /** The bytes; no bytes when the value is absent; empty when it is anything else. */
  static Optional<byte[]> of(@Nullable String value) {
    if (value == null) {
      return Optional.of(new byte[0]);
    }
    if (value.length() != DIGITS || !value.chars().allMatch(HexFormat::isHexDigit)) {
      return Optional.empty();
    }
    return Optional.of(HexFormat.of().parseHex(value));
  }
}
