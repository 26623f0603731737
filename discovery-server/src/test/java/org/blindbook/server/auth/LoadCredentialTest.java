package org.blindbook.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LoadCredentialTest {
  private Instant now = Instant.ofEpochSecond(1_800_000_000);
  private final LoadCredential loaders = loaders(1);

  private LoadCredential loaders(int key) {
    byte[] bytes = new byte[LoadCredential.KEY_BYTES];
    bytes[0] = (byte) key;
    return new LoadCredential(bytes, Duration.ofHours(24), () -> now);
  }

  /** The mac was computed with OpenSSL: {@code openssl dgst -sha256 -mac HMAC}. */
  @Test
  void isWrittenAsDocumented() {
    String credential =
        "1800000000:c30e2a38a7d3950defec0fd67d931e40dd6de33c82151e921050ef51bfa5eb7d";
    assertThat(loaders.mint()).isEqualTo(credential);
    assertThat(loaders.admits("Blindbook-Load " + credential)).isTrue();
    assertThat(loaders.admits("blindbook-load  " + credential))
        .as("schemes have no case: RFC 9110, section 11.1")
        .isTrue();
  }

  @Test
  void aLoaderIsAdmittedForADayAndNobodyElseEver() {
    String header = LoadCredential.header(loaders.mint());
    assertThat(loaders.admits(header)).isTrue();
    assertThat(loaders(2).admits(header)).isFalse();
    assertThat(loaders.admits(null)).isFalse();
    assertThat(loaders.admits(loaders.mint())).isFalse();
    char last = header.charAt(header.length() - 1);
    String forged = header.substring(0, header.length() - 1) + (last == '0' ? '1' : '0');
    assertThat(loaders.admits(forged)).isFalse();
    now = now.plus(Duration.ofHours(24));
    assertThat(loaders.admits(header)).isTrue();
    now = now.plusSeconds(1);
    assertThat(loaders.admits(header)).isFalse();
    now = now.minus(Duration.ofHours(25));
    assertThat(loaders.admits(header)).isFalse();
  }

  @Test
  void aClientsCredentialAdmitsNoLoader() {
    CredentialMinter minter =
        new CredentialMinter(CredentialKey.of(CredentialKey.generate()), () -> now);
    String credential = minter.mint(new UUID(1, 2)).orElseThrow();
    assertThat(loaders.admits(LoadCredential.header(credential))).isFalse();
    assertThat(loaders.admits("Blindbook " + credential)).isFalse();
  }
}
