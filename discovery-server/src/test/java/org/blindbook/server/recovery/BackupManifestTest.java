package org.blindbook.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupManifestTest {
  private static final String DIGEST = "0123456789abcdef".repeat(4);

  private static BackupManifest of(String name) {
    return new BackupManifest(
        Instant.parse("2026-11-28T01:02:03Z"),
        List.of(new BackupManifest.Store(0, 5, 7), new BackupManifest.Store(2, 1, 1)),
        List.of(new BackupManifest.Entry(name, 12, DIGEST)));
  }

  @Test
  void isReadAsItWasWritten() {
    BackupManifest manifest = of("platform/fuse-key");
    assertThat(BackupManifest.parse(manifest.encode())).contains(manifest);
    assertThat(manifest.bytes()).isEqualTo(12);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../deployment",
        "/etc/passwd",
        "platform/../deployment",
        "a/b/c",
        ".hidden",
        "",
        "manifest.json",
        "back\\slash"
      })
  void noNameLeadsElsewhere(String name) {
    assertThat(BackupManifest.parse(of(name).encode())).isEmpty();
  }

  @Test
  void everyBitCounts() {
    byte[] bytes = of("deployment").encode();
    for (int bit = 0; bit < (bytes.length - 1) * 8; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(BackupManifest.parse(flipped)).as("bit %d flipped", bit).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "null", "{\"backup\":{},\"sha256\":\"\"}"})
  void whatIsNoneIsNone(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(BackupManifest.parse(bytes)).isEmpty();
    assertThat(BackupManifest.isOfAnotherFormat(bytes)).isFalse();
  }

  @Test
  void oneOfALaterVersionIsToldFromADamagedOne() {
    String content = "{\"format\":2,\"made\":\"2027-01-01T00:00:00Z\",\"other\":[]}";
    String later =
        "{\"backup\":" + content + ",\"sha256\":\"" + DigestUtils.sha256Hex(content) + "\"}";
    byte[] bytes = later.getBytes(StandardCharsets.UTF_8);
    assertThat(BackupManifest.parse(bytes)).isEmpty();
    assertThat(BackupManifest.isOfAnotherFormat(bytes)).isTrue();
    assertThat(BackupManifest.isOfAnotherFormat(of("deployment").encode())).isFalse();
  }
}
