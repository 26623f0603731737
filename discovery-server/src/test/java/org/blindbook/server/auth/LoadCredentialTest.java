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
