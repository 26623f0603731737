package org.blindbook.loadtest.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialMintTest {
  private static final InstantSource CLOCK = () -> Instant.ofEpochSecond(1_800_000_000);

  @TempDir Path folder;

  private Path key(int bytes) throws IOException {
    byte[] key = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      key[i] = (byte) i;
    }
    return Files.write(folder.resolve("credential.key"), key);
  }

  /** By the shell commands of docs/operations.md, with OpenSSL. */
  @Test
  void mintsAsADocumentedShellDoes() throws Exception {
    assertThat(
            CredentialMint.read(key(64), CLOCK)
                .mint(UUID.fromString("6f1c1b1e-5f7e-4f2e-9a52-6f2a53a1c0de")))
        .isEqualTo(EXPECTED);
  }

  @Test
  void theHalfThatVerifiesDoesNotMint() throws Exception {
    Path half = key(32);
    assertThatThrownBy(() -> CredentialMint.read(half, CLOCK))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the half that verifies only");
  }

  @Test
  void anotherFileIsNoKey() throws Exception {
    Path other = key(100);
    assertThatThrownBy(() -> CredentialMint.read(other, CLOCK)).hasMessageContaining("64 bytes");
    assertThatThrownBy(() -> CredentialMint.read(folder.resolve("none"), CLOCK))
        .hasMessageContaining("cannot be read");
  }

  private static final String EXPECTED =
      "c68d524fd15318aa103ba1213f2a15da591de865209823e30350eb658bcd6578"
          + ":1800000000:"
          + "ed40e4960e5ce5e6a7407f85438f9c34feba0060ff72d0aed6969882c682ccf6";
}
