package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.blindbook.client.Discovery;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The host never holds anything of a query: contacts that only a client knows appear in no log line
 * at the finest level, in no file and in no heap dump of the host's process. Registrations are
 * planted as well, and must be found in the store: that shows that the search can find.
 */
class CanaryIT {
  private static final int FIRST = 700_000;
  private static final int CONTACTS = 200;

  @TempDir Path folder;

  @Test
  void unregisteredContactsLeaveNoTraceAtTheHost() throws Exception {
    Map<String, byte[]> traces = new LinkedHashMap<>();
    for (int n = FIRST; n < FIRST + CONTACTS; n++) {
      traces.putAll(tracesOf(Numbers.identifier(n)));
    }
    byte[] registeredKey = LookupKey.truncated(Numbers.identifier(1)).bytes();

    try (Deployment deployment = Deployment.start(folder)) {
      deployment.load(Numbers.registrations(0, 10));
      for (int round = 0; round < 5; round++) {
        Discovery found =
            deployment
                .client(UUID.randomUUID())
                .build()
                .discover(Numbers.identifiers(FIRST, FIRST + CONTACTS))
                .toCompletableFuture()
                .join();
        assertThat(found.matches()).isEmpty();
      }
      Path dump = folder.resolve("host.hprof");
      dumpHeap(deployment.host().pid(), dump);
      assertThat(dump).isNotEmptyFile();

      TraceSearch search = new TraceSearch(traces);
      TraceSearch control = new TraceSearch(Map.of("a registration", registeredKey));
      List<String> found = new ArrayList<>();
      List<String> controlFound = new ArrayList<>();
      for (Path file : deployment.files()) {
        search.in(file).forEach(name -> found.add(name + " in " + folder.relativize(file)));
        controlFound.addAll(control.in(file));
      }
      assertThat(found).isEmpty();
      assertThat(controlFound).as("what the search finds because it is there").isNotEmpty();
      assertThat(Files.readString(deployment.log())).as("a log at the finest level").isNotEmpty();
    }
  }

  private static Map<String, byte[]> tracesOf(Identifier contact) {
    String canonical = contact.canonical();
    String digits = canonical.substring("tel:+".length());
    byte[] key = LookupKey.truncated(contact).bytes();
    Map<String, byte[]> traces = new LinkedHashMap<>();
    traces.put("digits of " + canonical, digits.getBytes(StandardCharsets.US_ASCII));
    traces.put("UTF-16 of " + canonical, digits.getBytes(StandardCharsets.UTF_16BE));
    traces.put("key of " + canonical, key);
    traces.put("first half of the key of " + canonical, Arrays.copyOf(key, 8));
    traces.put("reversed key of " + canonical, reversed(key));
    String hex = HexFormat.of().formatHex(key);
    traces.put("hexadecimal key of " + canonical, hex.getBytes(StandardCharsets.US_ASCII));
    return traces;
  }

  /** A long as this machine stores it in memory. */
  private static byte[] reversed(byte[] key) {
    byte[] reversed = new byte[8];
    for (int i = 0; i < 8; i++) {
      reversed[i] = key[7 - i];
    }
    return reversed;
  }

  static void dumpHeap(long pid, Path file) throws Exception {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process process =
        new ProcessBuilder(
                jcmd.toString(), Long.toString(pid), "GC.heap_dump", "-all", file.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
