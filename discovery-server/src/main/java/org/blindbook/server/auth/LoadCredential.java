package org.blindbook.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Admits loaders to bulk evaluation: {@code timestamp:mac}, where mac is HMAC-SHA256 of "load:" and
 * the timestamp under a key that is used for nothing else. Whoever has one can try phone numbers,
 * so it is no client's credential and mints none.
 */
public final class LoadCredential {
  public static final int KEY_BYTES = 32;

  private static final String SCHEME = "Blindbook-Load ";
  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,11}):([0-9a-f]{64})");

  private final SecretKeySpec key;
  private final Duration validity;
  private final InstantSource clock;

  /**
   * @param key {@value #KEY_BYTES} bytes
   */
  public LoadCredential(byte[] key, Duration validity, InstantSource clock) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a load key is " + KEY_BYTES + " bytes");
    }
    this.key = new SecretKeySpec(key, "HmacSHA256");
    this.validity = validity;
    this.clock = clock;
  }

  /** A credential that is valid from now on. */
  public String mint() {
    String timestamp = Long.toString(clock.instant().getEpochSecond());
    return timestamp + ":" + mac(timestamp);
  }

  /** The value of an {@code Authorization} header. */
  public static String header(String credential) {
    return SCHEME + credential;
  }

  /**
   * Whether the value of an {@code Authorization} header admits a loader now.
   *
   * @param value null when the request has none
   */
  public boolean admits(@Nullable String value) {
    if (value == null || !value.startsWith(SCHEME)) {
      return false;
    }
    Matcher form = FORM.matcher(value.substring(SCHEME.length()));
    if (!form.matches()
        || !MessageDigest.isEqual(ascii(mac(form.group(1))), ascii(form.group(2)))) {
      return false;
    }
    long age = clock.instant().getEpochSecond() - Long.parseLong(form.group(1));
    return age >= -CredentialVerifier.CLOCK_SKEW.toSeconds() && age <= validity.toSeconds();
  }

  private String mac(String timestamp) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return HexFormat.of().formatHex(mac.doFinal(ascii("load:" + timestamp)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java runtime has HmacSHA256", e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
