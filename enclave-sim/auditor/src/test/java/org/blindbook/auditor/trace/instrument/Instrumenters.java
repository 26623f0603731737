package org.blindbook.auditor.trace.instrument;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Instrumenters that tests need and the product does not. */
public final class Instrumenters {
  private Instrumenters() {}

  /** With the shipped rules and some more. */
  public static Instrumenter withRules(Function<String, byte[]> source, String... lines) {
    byte[] more = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    try (InputStream shipped = CallRules.class.getResourceAsStream("call-rules.txt")) {
      return new Instrumenter(
          source, CallRules.read(new SequenceInputStream(shipped, new ByteArrayInputStream(more))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of classes that are changed before they are instrumented. */
  public static Instrumenter ofChanged(
      Function<String, byte[]> source, UnaryOperator<byte[]> change) {
    return new Instrumenter(source, CallRules.shipped(), change);
  }
}
