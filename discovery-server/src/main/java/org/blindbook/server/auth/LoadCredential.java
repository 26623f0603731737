package org.blindbook.server.auth;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
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
  public static final int KEY_BYTES = LoadKey.BYTES;

  private static final Pattern FORM =
      Pattern.compile("(?<time>[1-9][0-9]{0,11}):(?<mac>[0-9a-f]{64})");

  private final Supplier<LoadKey> key;
  private final Validity validity;

  /**
   * With a key that does not change.
   *
   * @param key {@value #KEY_BYTES} bytes
   */
  public LoadCredential(byte[] key, Duration validity, InstantSource clock) {
    this(constant(LoadKey.of(key.clone(), Optional.empty())), validity, clock);
  }

  /**
   * @param key asked for at each use
   */
  public LoadCredential(Supplier<LoadKey> key, Duration validity, InstantSource clock) {
    this.key = key;
    this.validity = new Validity(validity, clock);
  }

  private static Supplier<LoadKey> constant(LoadKey key) {
    return () -> key;
  }

  /** A credential that is valid from now on. */
  public String mint() {
    String timestamp = Long.toString(validity.now());
    return timestamp + ":" + key.get().keys().mac(signed(timestamp));
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
        && key.get().keys().verify(signed(form.get().group("time")), form.get().group("mac"))
        && validity.refusal(Long.parseLong(form.get().group("time"))).isEmpty();
  }

  private static String signed(String timestamp) {
    return "load:" + timestamp;
  }
}
