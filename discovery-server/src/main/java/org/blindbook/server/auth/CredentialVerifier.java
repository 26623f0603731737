package org.blindbook.server.auth;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.codec.DecoderException;
import org.apache.commons.codec.binary.Hex;
import org.blindbook.edge.endpoint.Headers;
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

  /** One way to write each credential: no sign, no leading zero, no upper case. */
  private static final Pattern FORM =
      Pattern.compile("(?<signed>(?<pseudonym>[0-9a-f]{64}):(?<time>[1-9][0-9]{0,11})):(?<mac>.*)");

  private final Supplier<CredentialKey> key;
  private final Validity validity;

  /** With a key that does not change. */
  public CredentialVerifier(CredentialKey key, Duration validity, InstantSource clock) {
    this(() -> key, validity, clock);
  }

  /**
   * @param key asked for at each use
   */
  public CredentialVerifier(Supplier<CredentialKey> key, Duration validity, InstantSource clock) {
    this.key = key;
    this.validity = new Validity(validity, clock);
  }

  /**
   * Verifies the value of an {@code Authorization} header.
   *
   * @param value null when the request has none
   */
  public Verification verifyHeader(@Nullable String value) {
    return Authorization.credential(Headers.CLIENT_SCHEME, value)
        .map(this::verify)
        .orElse(new Refused(Refusal.MALFORMED));
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
    if (!key.get().verify(form.group("signed"), form.group("mac"))) {
      return new Refused(Refusal.WRONG);
    }
    Optional<Refusal> refusal = validity.refusal(Long.parseLong(form.group("time")));
    return refusal.isPresent()
        ? new Refused(refusal.get())
        : new Accepted(pseudonym(form.group("pseudonym")));
  }

  private static byte[] pseudonym(String digits) {
    try {
      return Hex.decodeHex(digits);
    } catch (DecoderException e) {
      throw new AssertionError("the form has hexadecimal digits", e);
    }
  }
}
