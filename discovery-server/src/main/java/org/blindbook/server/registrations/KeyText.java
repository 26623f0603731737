package org.blindbook.server.registrations;

import java.util.Optional;
import org.apache.commons.codec.DecoderException;
import org.apache.commons.codec.binary.Hex;

/** A lookup key as operators write it, and as {@code blindbook export} does: 32 hex digits. */
public final class KeyText {
  private KeyText() {}

  /** Empty when the text is something else. */
  public static Optional<byte[]> parse(String text) {
    try {
      return Optional.of(Hex.decodeHex(text))
          .filter(key -> key.length == RegistrationBatch.KEY_BYTES);
    } catch (DecoderException e) {
      return Optional.empty();
    }
  }
}
