package org.blindbook.auditor.trace.instrument;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The shipped rules and some more. */
public final class RulesForTests {
  private RulesForTests() {}

  public static CallRules shippedAnd(String... lines) {
    byte[] more = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    try (InputStream shipped = CallRules.class.getResourceAsStream("call-rules.txt")) {
      return CallRules.read(new SequenceInputStream(shipped, new ByteArrayInputStream(more)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
