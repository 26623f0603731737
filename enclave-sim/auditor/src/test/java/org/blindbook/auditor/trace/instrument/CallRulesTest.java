package org.blindbook.auditor.trace.instrument;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Executable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.blindbook.auditor.trace.instrument.CallRule.Kind;
import org.blindbook.auditor.trace.instrument.CallRule.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallRulesTest {

  private static CallRules read(String text) throws IOException {
    return CallRules.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aRuleSaysWhatIsRecordedOfEachArgument() throws IOException {
    CallRules rules =
        read("# comment\n\nmemory a.B.c(this position, int index, byte[] object) : because (x)\n");
    CallRule rule =
        rules.find("d.E.f", "a.B", "c", MethodTypeDesc.ofDescriptor("(I[B)V")).orElseThrow();
    assertThat(rule)
        .isEqualTo(
            new CallRule(
                Kind.MEMORY,
                "a.B.c",
                Optional.empty(),
                Role.POSITION,
                List.of(Role.INDEX, Role.OBJECT),
                "because (x)"));
    assertThat(rules.find("d.E.f", "a.B", "c", MethodTypeDesc.ofDescriptor("(J[B)V"))).isEmpty();
    assertThat(rules.find("d.E.f", "a.B", "d", MethodTypeDesc.ofDescriptor("(I[B)V"))).isEmpty();
  }

  @Test
  void aRuleForOneCallerIsNoneForAnother() throws IOException {
    CallRules rules = read("trusted a.B.new(int index) in d.E.f : it is public there");
    MethodTypeDesc type = MethodTypeDesc.ofDescriptor("(I)V");
    assertThat(rules.find("d.E.f", "a.B", "<init>", type)).isPresent();
    assertThat(rules.find("d.E.g", "a.B", "<init>", type)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "memory a.B.c(int)",
        "memory a.B.c(int where)",
        "trusted a.B.c(int index)",
        "harmless a.B.c()",
        "pure a.B.c",
        "pure a.B.c()\npure a.B.c()"
      })
  void aLineThatIsNoRuleIsNamed(String text) {
    int last = (int) text.lines().count();
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line " + last);
  }

  /** A rule for a method that does not exist would be a reviewer's mistake. */
  @Test
  void everyShippedRuleNamesAMethodThatExists() {
    CallRules rules = CallRules.shipped();
    assertThat(rules.keys()).hasSizeGreaterThan(150).allSatisfy(CallRulesTest::assertExists);
  }

  private static void assertExists(String key) throws ClassNotFoundException {
    String method = key.substring(0, key.indexOf('('));
    Class<?> type = Class.forName(method.substring(0, method.lastIndexOf('.')));
    String name = method.substring(method.lastIndexOf('.') + 1);
    Stream<? extends Executable> candidates =
        name.equals("new")
            ? Arrays.stream(type.getDeclaredConstructors())
            : Stream.concat(
                    Arrays.stream(type.getDeclaredMethods()), Arrays.stream(type.getMethods()))
                .filter(m -> m.getName().equals(name));
    Set<String> signatures = candidates.map(CallRulesTest::signature).collect(Collectors.toSet());
    if (key.endsWith("(*)")) {
      assertThat(signatures).as(key).isNotEmpty();
    } else {
      assertThat(signatures).as(key).contains(key.substring(key.indexOf('(')));
    }
  }

  private static String signature(Executable method) {
    return Arrays.stream(method.getParameterTypes())
        .map(t -> t.describeConstable().map(ClassDesc::displayName).orElseThrow())
        .collect(Collectors.joining(",", "(", ")"));
  }
}
