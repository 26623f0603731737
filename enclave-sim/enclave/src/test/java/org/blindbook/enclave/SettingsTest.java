package org.blindbook.enclave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.blindbook.protocol.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @Test
  void everySettingIsReadAndTheExactBytesAreDigested() {
    byte[] bytes = SimpleHardware.SETTINGS.getBytes(StandardCharsets.UTF_8);
    Settings settings = Settings.parse(bytes);
    assertThat(settings.channelKeyLifetime()).hasSeconds(600);
    assertThat(settings.channelKeySessions()).isEqualTo(10_000);
    assertThat(settings.permitCapacity()).isEqualTo(1_000);
    assertThat(settings.permitRefillPerDay()).isEqualTo(86_400);
    assertThat(settings.maxSessions()).isEqualTo(100);
    assertThat(settings.digest()).isEqualTo(Sha256.of(bytes));
  }

  @Test
  void blindedSettingsSurviveBeingWritten() {
    for (String role : new String[] {"evaluator", "both", "lookup"}) {
      String key = role.equals("lookup") ? "\nevaluator.public-key=" + "0a".repeat(32) : "";
      String mode = "mode=blinded\nrole=" + role + "\nepoch=7" + key;
      Settings settings =
          Settings.parse(
              SimpleHardware.SETTINGS
                  .replace("mode=truncated", mode)
                  .getBytes(StandardCharsets.UTF_8));
      assertThat(settings.blinded().orElseThrow().text()).isEqualTo(mode);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sessions.max=100, sessions.max=0",
    "sessions.max=100, sessions.max=many",
    "sessions.max=100, sessions.maximum=100",
    "mode=truncated, mode=plain",
    "mode=truncated, mode",
    "mode=truncated, mode=blinded",
    "mode=truncated, sessions.max=100",
  })
  void anythingElseIsRefusedWithASentence(String setting, String instead) {
    byte[] bytes =
        SimpleHardware.SETTINGS.replace(setting, instead).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Settings.parse(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("[a-z].*");
  }
}
