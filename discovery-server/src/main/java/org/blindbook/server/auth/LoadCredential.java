package org.blindbook.server.auth;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.edge.endpoint.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Admits loaders to bulk evaluation: {@code timestamp:mac}, where mac is HMAC-SHA256 of "load:" and
 * the timestamp under a key that is used for nothing else. Whoever has one can try phone numbers,
 * so it is no client's credential and mints none.
 */
public final class LoadCredential {
  public static final int KEY_BYTES = MacKey.BYTES;

  private static final Pattern FORM =
      Pattern.compile("(?<time>[1-9][0-9]{0,11}):(?<mac>[0-9a-f]{64})");

  private final MacKey key;
  private final Validity validity;

  /**
   * @param key {@value #KEY_BYTES} bytes
   */
  public LoadCredential(byte[] key, Duration validity, InstantSource clock) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a load key is " + KEY_BYTES + " bytes");
    }
    this.key = new MacKey(key, 0);
    this.validity = new Validity(validity, clock);
  }

  /** A credential that is valid from now on. */
  public String mint() {
    String timestamp = Long.toString(validity.now());
    return timestamp + ":" + key.mac(signed(timestamp));
  }

  /** The value of an {@code Authorization} header. */
  public static String header(String credential) {
    return Authorization.value(Headers.LOADER_SCHEME, credential);
  }

  /**
   * Whether the value of an {@code Authorization} header admits a loader now.
   *
   * @param value null when the request has none
   */
  public boolean admits(@Nullable String value) {
    Optional<Matcher> form =
        Authorization.credential(Headers.LOADER_SCHEME, value)
            .map(FORM::matcher)
            .filter(Matcher::matches);
    return form.isPresent()
        && key.verify(signed(form.get().group("time")), form.get().group("mac"))
        && validity.refusal(Long.parseLong(form.get().group("time"))).isEmpty();
  }

  private static String signed(String timestamp) {
    return "load:" + timestamp;
  }
}
