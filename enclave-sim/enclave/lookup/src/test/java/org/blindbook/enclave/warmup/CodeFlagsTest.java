package org.blindbook.enclave.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.platform.EnclaveProgram;
import org.junit.jupiter.api.Test;

/** A flag for a class that does not exist is ignored by the JVM without a word. */
class CodeFlagsTest {
  private static final Pattern CLASS = Pattern.compile("(org\\.blindbook\\.[\\w.]+)::");

  @Test
  void flagsForTheCompilerNameClassesThatExist() throws Exception {
    List<String> named =
        EnclaveProgram.LOOKUP.codeFlags().stream()
            .map(CLASS::matcher)
            .filter(Matcher::find)
            .map(found -> found.group(1))
            .distinct()
            .toList();
    assertThat(named).hasSizeGreaterThan(2);
    for (String name : named) {
      assertThat(Class.forName(name, false, getClass().getClassLoader())).isNotNull();
    }
  }
}
