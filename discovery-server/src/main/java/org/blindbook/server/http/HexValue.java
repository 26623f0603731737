package org.blindbook.server.http;

import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.codec.DecoderException;
import org.apache.commons.codec.binary.Hex;
import org.jspecify.annotations.Nullable;

/** A 32-byte value as clients write it in a header or a query: 64 hexadecimal digits. */
final class HexValue {
  /** ASCII digits: the decoder would take those of other scripts, too. */
  private static final Pattern FORM = Pattern.compile("[0-9a-fA-F]{64}");

  private HexValue() {}

  /** The bytes; no bytes when the value is absent; empty when it is anything else. */
  static Optional<byte[]> of(@Nullable String value) {
    if (value == null) {
      return Optional.of(new byte[0]);
    }
    if (!FORM.matcher(value).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Hex.decodeHex(value));
    } catch (DecoderException e) {
      throw new AssertionError("the form has hexadecimal digits", e);
    }
  }
}
