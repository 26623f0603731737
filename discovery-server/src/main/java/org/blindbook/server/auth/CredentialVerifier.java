package org.blindbook.server.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.server.auth.Verification.Accepted;
import org.blindbook.server.auth.Verification.Refusal;
import org.blindbook.server.auth.Verification.Refused;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a credential of {@link CredentialMinter} admits a client now. Safe for use by
 * several threads.
 */
public final class CredentialVerifier {
  /** How long a credential lasts unless configured otherwise. */
  public static final Duration DEFAULT_VALIDITY = Duration.ofHours(24);

  /** How far the minter's clock may run ahead of this one. */
  static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

  /** The scheme in {@code Authorization: Blindbook <credential>}. */
  private static final String SCHEME = "Blindbook ";

  /** One way to write each credential: no sign, no leading zero, no upper case. */
  private static final Pattern FORM =
      Pattern.compile("(?<signed>(?<pseudonym>[0-9a-f]{64}):(?<time>[1-9][0-9]{0,11})):(?<mac>.*)");

  private final CredentialKey key;
  private final Duration validity;
  private final InstantSource clock;

  public CredentialVerifier(CredentialKey key, Duration validity, InstantSource clock) {
    this.key = key;
    this.validity = validity;
    this.clock = clock;
  }

  /**
   * Verifies the value of an {@code Authorization} header.
   *
   * @param value null when the request has none
   */
  public Verification verifyHeader(@Nullable String value) {
    return value == null || !value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? new Refused(Refusal.MALFORMED)
        : verify(value.substring(SCHEME.length()).strip());
  }

  /**
   * Authenticity comes before time, so that only somebody who holds a genuine credential learns
   * anything about this host's clock.
   *
   * @leaks the form of the credential, which its sender knows; nothing of the expected mac
   */
  public Verification verify(String credential) {
    Matcher form = FORM.matcher(credential);
    if (!form.matches()) {
      return new Refused(Refusal.MALFORMED);
    }
    byte[] expected = key.mac(form.group("signed")).getBytes(ISO_8859_1);
    if (!MessageDigest.isEqual(expected, form.group("mac").getBytes(ISO_8859_1))) {
      return new Refused(Refusal.WRONG);
    }
    long age = clock.instant().getEpochSecond() - Long.parseLong(form.group("time"));
    if (age < -CLOCK_SKEW.toSeconds()) {
      return new Refused(Refusal.FROM_THE_FUTURE);
    }
    if (age > validity.toSeconds()) {
      return new Refused(Refusal.EXPIRED);
    }
    return new Accepted(HexFormat.of().parseHex(form.group("pseudonym")));
  }
}
