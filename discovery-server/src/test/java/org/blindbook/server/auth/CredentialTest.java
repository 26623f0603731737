package org.blindbook.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.blindbook.server.auth.Verification.Accepted;
import org.blindbook.server.auth.Verification.Refusal;
import org.blindbook.server.auth.Verification.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialTest {
  private static final UUID ACCOUNT = UUID.fromString("5f0c7d52-5a4e-4d0c-9a3f-0b6a5b1c2d3e");
  private static final long NOW = 1_760_000_000;
  private static final String CREDENTIAL = mint(key(64), NOW);

  /** Bytes 0, 1, 2 ... */
  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  private static CredentialKey key(int length) {
    return CredentialKey.of(bytes(length));
  }

  private static String mint(CredentialKey key, long time) {
    return new CredentialMinter(key, at(time)).mint(ACCOUNT).orElseThrow();
  }

  private static InstantSource at(long time) {
    return InstantSource.fixed(Instant.ofEpochSecond(time));
  }

  private static CredentialVerifier verifier(long time) {
    return new CredentialVerifier(key(64), Duration.ofHours(24), at(time));
  }

  private static Refusal refusal(Verification verification) {
    assertThat(verification).isInstanceOf(Refused.class);
    return ((Refused) verification).reason();
  }

  /** Both macs were computed with OpenSSL: {@code openssl dgst -sha256 -mac HMAC}. */
  @Test
  void isWrittenAsDocumented() {
    assertThat(CREDENTIAL)
        .isEqualTo(
            "d0893e240657f45df74caa170de02933c7289ef3307e91c1b6d59c4b37e40e7a:"
                + "1760000000:35971af8edf49b62d01ec8a204d6a79f30d3b31a2cf6390d3ce1f010a8c58289");
  }

  @Test
  void admitsTheAccountUnderItsPseudonym() {
    Verification verification = verifier(NOW).verify(CREDENTIAL);
    assertThat(verification).isInstanceOf(Accepted.class);
    byte[] account = ((Accepted) verification).account();
    assertThat(HexFormat.of().formatHex(account)).isEqualTo(CREDENTIAL.substring(0, 64));
    assertThat(CREDENTIAL).doesNotContain(ACCOUNT.toString());
    byte[] later = ((Accepted) verifier(NOW + 9).verify(mint(key(64), NOW + 5))).account();
    assertThat(later).as("the same account, another credential").isEqualTo(account);
  }

  @Test
  void otherAccountsHaveOtherPseudonyms() {
    String other = new CredentialMinter(key(64), at(NOW)).mint(new UUID(0, 1)).orElseThrow();
    assertThat(other.substring(0, 64)).isNotEqualTo(CREDENTIAL.substring(0, 64));
  }

  @Test
  void lastsForItsValidityAndToleratesAClockAMinuteAhead() {
    assertThat(verifier(NOW + 86_400).verify(CREDENTIAL)).isInstanceOf(Accepted.class);
    assertThat(refusal(verifier(NOW + 86_401).verify(CREDENTIAL))).isEqualTo(Refusal.EXPIRED);
    assertThat(verifier(NOW - 60).verify(CREDENTIAL)).isInstanceOf(Accepted.class);
    assertThat(refusal(verifier(NOW - 61).verify(CREDENTIAL))).isEqualTo(Refusal.FROM_THE_FUTURE);
  }

  @Test
  void anyFlippedBitIsRefused() {
    for (int i = 0; i < CREDENTIAL.length(); i++) {
      for (int bit = 0; bit < 8; bit++) {
        StringBuilder flipped = new StringBuilder(CREDENTIAL);
        flipped.setCharAt(i, (char) (CREDENTIAL.charAt(i) ^ 1 << bit));
        assertThat(refusal(verifier(NOW).verify(flipped.toString())))
            .as("character %d, bit %d", i, bit)
            .isIn(Refusal.WRONG, Refusal.MALFORMED);
      }
    }
  }

  @Test
  void aLaterTimeNeedsAnotherMac() {
    String extended = CREDENTIAL.replace(":" + NOW + ":", ":" + (NOW + 1000) + ":");
    assertThat(refusal(verifier(NOW + 1000).verify(extended))).isEqualTo(Refusal.WRONG);
  }

  @Test
  void anotherKeyIsRefusedWhateverTheTime() {
    byte[] other = new byte[64];
    Arrays.fill(other, (byte) 7);
    String foreign = mint(CredentialKey.of(other), NOW - 1_000_000);
    assertThat(refusal(verifier(NOW).verify(foreign))).isEqualTo(Refusal.WRONG);
  }

  @Test
  void halfTheKeyVerifiesAndDoesNotMint() {
    assertThat(new CredentialMinter(key(32), at(NOW)).mint(ACCOUNT)).isEmpty();
    CredentialVerifier verifier =
        new CredentialVerifier(key(32), CredentialVerifier.DEFAULT_VALIDITY, at(NOW));
    assertThat(verifier.verify(CREDENTIAL)).isInstanceOf(Accepted.class);
  }

  @Test
  void wipesTheBytesItIsMadeOf() {
    byte[] bytes = CredentialKey.generate();
    CredentialKey.of(bytes);
    assertThat(bytes).containsOnly(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":", "::", "a:1:b", "0123:1760000000:", "\n", "+491701234567"})
  void nonsenseIsMalformed(String nonsense) {
    assertThat(refusal(verifier(NOW).verify(nonsense))).isEqualTo(Refusal.MALFORMED);
  }

  @Test
  void aTimeThatOverflowsIsMalformed() {
    String pseudonym = CREDENTIAL.substring(0, 64);
    String mac = CREDENTIAL.substring(CREDENTIAL.length() - 64);
    for (String time : new String[] {"99999999999999999999", "-1", "+1", "01", "1.5", "", "١"}) {
      assertThat(refusal(verifier(NOW).verify(pseudonym + ":" + time + ":" + mac)))
          .isEqualTo(Refusal.MALFORMED);
    }
  }

  @Test
  void isReadFromTheAuthorizationHeader() {
    assertThat(verifier(NOW).verifyHeader("Blindbook " + CREDENTIAL)).isInstanceOf(Accepted.class);
    assertThat(verifier(NOW).verifyHeader("blindbook  " + CREDENTIAL))
        .as("schemes have no case: RFC 9110, section 11.1")
        .isInstanceOf(Accepted.class);
    for (String header :
        new String[] {null, "", "Blindbook", CREDENTIAL, "Bearer " + CREDENTIAL, "Blindbook "}) {
      assertThat(refusal(verifier(NOW).verifyHeader(header))).isEqualTo(Refusal.MALFORMED);
    }
  }

  @Test
  void aSecondSecretIsAcceptedAndNotMintedWith() {
    byte[] next = CredentialKey.withFreshAuthentication(bytes(64));
    CredentialKey both = CredentialKey.of(next.clone(), Optional.of(bytes(64)));
    String after = mint(both, NOW);
    CredentialVerifier verifier = new CredentialVerifier(both, Duration.ofHours(24), at(NOW));
    assertThat(verifier.verify(CREDENTIAL)).isInstanceOf(Accepted.class);
    assertThat(verifier.verify(after)).isInstanceOf(Accepted.class);
    assertThat(refusal(verifier(NOW).verify(after))).isEqualTo(Refusal.WRONG);
    assertThat(after.substring(0, 64)).isEqualTo(CREDENTIAL.substring(0, 64));
    assertThat(CredentialKey.agreeOnPseudonyms(next, bytes(64))).isTrue();
    assertThat(CredentialKey.agreeOnPseudonyms(next, CredentialKey.generate())).isFalse();
    assertThat(CredentialKey.agreeOnPseudonyms(bytes(32), CredentialKey.generate())).isTrue();
  }
}
