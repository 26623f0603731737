package org.blindbook.server.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.protocol.Sha256;

/** By what a user can be recognised without the evaluator: the number as text, or a plain hash. */
final class UserTraces {
  private UserTraces() {}

  /** The digits of every so many-th number. */
  static Map<String, byte[]> digits(int from, int to, int step) {
    Map<String, byte[]> traces = new LinkedHashMap<>();
    for (int n = from; n < to; n += step) {
      String digits = Numbers.text(n).substring(1);
      traces.put("digits " + n, digits.getBytes(US_ASCII));
      traces.put("digits in UTF-16BE " + n, digits.getBytes(UTF_16BE));
      traces.put("digits in UTF-16LE " + n, digits.getBytes(UTF_16LE));
    }
    return traces;
  }

  /** First halves of their hashes: as bytes, as this machine keeps two longs, in hexadecimal. */
  static Map<String, byte[]> hashes(int from, int to, int step) {
    Map<String, byte[]> traces = new LinkedHashMap<>();
    for (int n = from; n < to; n += step) {
      String text = Numbers.text(n);
      add(traces, "key of mode truncated " + n, LookupKey.truncated(Numbers.identifier(n)).bytes());
      for (String hashed : List.of(text, text.substring(1), "tel:" + text)) {
        byte[] hash = Arrays.copyOf(Sha256.of(hashed.getBytes(US_ASCII)), 16);
        add(traces, "SHA-256 of " + hashed.length() + " characters, " + n, hash);
      }
    }
    return traces;
  }

  private static void add(Map<String, byte[]> traces, String name, byte[] hash) {
    ByteBuffer longs = ByteBuffer.wrap(hash);
    traces.put(name, hash);
    traces.put(
        name + " as longs",
        ByteBuffer.allocate(16)
            .order(ByteOrder.nativeOrder())
            .putLong(longs.getLong())
            .putLong(longs.getLong())
            .array());
    traces.put(name + " in hexadecimal", HexFormat.of().formatHex(hash).getBytes(US_ASCII));
  }

  /** All of them. */
  static Map<String, byte[]> all(int from, int to, int step) {
    Map<String, byte[]> traces = digits(from, to, step);
    traces.putAll(hashes(from, to, step));
    return traces;
  }
}
