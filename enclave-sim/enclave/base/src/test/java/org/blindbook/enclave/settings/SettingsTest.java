package org.blindbook.enclave.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.blindbook.enclave.SimpleHardware;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  private static Settings settings(String text) {
    return new Settings(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void everySettingIsRead() {
    Settings settings = settings(SimpleHardware.LIMITS);
    ClientLimits limits = ClientLimits.take(settings);
    assertThat(limits.channelKeyLifetime()).hasSeconds(600);
    assertThat(limits.channelKeySessions()).isEqualTo(10_000);
    assertThat(limits.permitCapacity()).isEqualTo(1_000);
    assertThat(limits.permitRefillPerDay()).isEqualTo(86_400);
    assertThat(limits.maxSessions()).isEqualTo(100);
    settings.requireAllTaken();
  }

  @ParameterizedTest
  @CsvSource({
    "sessions.max=100, sessions.max=0",
    "sessions.max=100, sessions.max=many",
    "sessions.max=100, sessions.max=99999999999",
    "sessions.max=100, sessions.max=-1",
    "sessions.max=100, sessions.maximum=100",
    "sessions.max=100, sessions.max",
    "sessions.max=100, permits.capacity=100",
    "permits.capacity=1000, other=1",
  })
  void anythingElseIsRefusedWithASentence(String setting, String instead) {
    String text = SimpleHardware.LIMITS.replace(setting, instead);
    assertThatThrownBy(
            () -> {
              Settings settings = settings(text);
              ClientLimits.take(settings);
              settings.requireAllTaken();
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("[a-z].*");
  }
}
