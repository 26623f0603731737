package org.blindbook.enclave.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.blindbook.enclave.SimpleHardware;
import org.blindbook.protocol.message.Claims;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookupSettingsTest {
  private static LookupSettings parse(String ofTheRole) {
    return LookupSettings.parse(
        (SimpleHardware.LIMITS + ofTheRole + LookupDeployment.ALL)
            .getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void bothModesAreRead() {
    assertThat(parse("mode=truncated\n").epoch()).isZero();
    LookupSettings blinded =
        parse("mode=blinded\nepoch=7\nevaluator.public-key=" + "0a".repeat(32) + "\n");
    assertThat(blinded.epoch()).isEqualTo(7);
    assertThat(blinded.blinded().map(Claims.Blinded::oprfPublicKey).orElseThrow())
        .containsOnly(0x0a);
    assertThat(blinded.limits().maxSessions()).isEqualTo(100);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mode=plain\n",
        "mode=blinded\n",
        "mode=blinded\nepoch=0\nevaluator.public-key=00\n",
        "mode=blinded\nepoch=7\n",
        "mode=blinded\nepoch=7\nevaluator.public-key=zz\n",
        "mode=blinded\nrole=both\nepoch=7\nevaluator.public-key="
            + "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a\n",
        "mode=truncated\nepoch=7\n",
        "mode=truncated\nsessions.max=100\n"
      })
  void anythingElseIsRefusedWithASentence(String ofTheRole) {
    assertThatThrownBy(() -> parse(ofTheRole))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("[a-z].*");
  }

  private static LookupSettings parseTable(String ofTheTable) {
    return LookupSettings.parse(
        (SimpleHardware.LIMITS + "mode=truncated\nregistrations=all\n" + ofTheTable)
            .getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whichRegistrationsItHasIsSaid() {
    String rest = SimpleHardware.LIMITS + "mode=truncated\n" + LookupDeployment.TABLE;
    assertThat(parseText(rest + "registrations=all\n").recent()).isFalse();
    assertThat(parseText(rest + "registrations=recent\n").recent()).isTrue();
    for (String wrong : List.of("", "registrations=\n", "registrations=new\n")) {
      assertThatThrownBy(() -> parseText(rest + wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the setting registrations must be all or recent");
    }
  }

  private static LookupSettings parseText(String text) {
    return LookupSettings.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"vector512", "vector256", "plain"})
  void theTablesKernelAndThreadsAreNamed(String kernel) {
    LookupSettings parsed = parseTable("table.kernel=" + kernel + "\ntable.threads=3\n");
    assertThat(parsed.kernel()).isEqualTo(kernel);
    assertThat(parsed.threads()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "table.kernel=plain\n",
        "table.threads=2\n",
        "table.kernel=vector128\ntable.threads=2\n",
        "table.kernel=\ntable.threads=2\n",
        "table.kernel=plain\ntable.threads=0\n",
        "table.kernel=plain\ntable.threads=257\n"
      })
  void aTableThatChoosesForItselfIsRefused(String ofTheTable) {
    assertThatThrownBy(() -> parseTable(ofTheTable))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("the setting table.(kernel|threads) must be .*");
  }
}
