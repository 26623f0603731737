package org.blindbook.server.enclavehost;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.blindbook.edge.files.Access;
import org.blindbook.edge.files.WholeFile;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * The policy for development, {@code trust.yaml}: what the platforms say about every enclave that
 * was launched since this server started, in one policy, and the evaluators' keys of all live
 * epochs. Thread-safe.
 */
public final class DevelopmentTrust {
  private static final String HEAD =
      "# Written by the server from what its simulated platforms say. For development only.\n";

  /** Lists that have an entry for each enclave, or one for all. */
  private static final List<String> LISTS = List.of("trustRoots", "measurements", "runtimes");

  private final Path file;
  private final Map<String, Set<Object>> entries = new LinkedHashMap<>();
  private final SortedMap<Integer, String> keys = new TreeMap<>();
  private String written = "";

  public DevelopmentTrust(Path file) {
    this.file = file;
    LISTS.forEach(list -> entries.put(list, new LinkedHashSet<>()));
  }

  /**
   * Trusts what a policy trusts.
   *
   * @param policy as a platform wrote it
   * @param publicKey of the epoch's evaluator in hexadecimal; empty in mode truncated
   */
  public synchronized void add(String policy, int epoch, Optional<String> publicKey)
      throws EnclaveStartException {
    try {
      merge(policy);
      publicKey.ifPresent(key -> keys.put(epoch, key));
      write();
    } catch (YamlEngineException | ClassCastException e) {
      throw new EnclaveStartException(
          "The platform is of another version: its policy cannot be read. Check folders.platform.");
    } catch (IOException e) {
      throw new EnclaveStartException(
          "The policy for development, trust.yaml, cannot be written: check the data directory.");
    }
  }

  /** An epoch is over. */
  public synchronized void remove(int epoch) throws IOException {
    if (keys.remove(epoch) != null) {
      write();
    }
  }

  /** Everything in a policy is text here: digests are no numbers, whatever their digits. */
  private void merge(String policy) {
    LoadSettings asText = LoadSettings.builder().setSchema(new FailsafeSchema()).build();
    if (new Compose(asText).composeString(policy).isEmpty()) {
      throw new YamlEngineException("a policy is empty");
    }
    Map<?, ?> parsed = (Map<?, ?>) new Load(asText).loadFromString(policy);
    entries.forEach(
        (list, known) -> {
          if (!(parsed.get(list) instanceof List<?> found)) {
            throw new YamlEngineException("a policy lacks a list");
          }
          known.addAll(found);
        });
  }

  private void write() throws IOException {
    Map<String, Object> policy = new LinkedHashMap<>();
    policy.put("version", "1");
    entries.forEach((list, known) -> policy.put(list, new ArrayList<>(known)));
    if (!keys.isEmpty()) {
      List<Map<String, String>> pinned = new ArrayList<>();
      keys.forEach(
          (epoch, key) -> {
            Map<String, String> entry = new LinkedHashMap<>();
            entry.put("epoch", Integer.toString(epoch));
            entry.put("publicKey", key);
            pinned.add(entry);
          });
      policy.put("oprfKeys", pinned);
    }
    DumpSettings asText =
        DumpSettings.builder()
            .setSchema(new FailsafeSchema())
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .build();
    String text = HEAD + new Dump(asText).dumpToString(policy);
    if (!text.equals(written)) {
      WholeFile.replace(file, text.getBytes(StandardCharsets.UTF_8), Access.EVERYBODY);
      written = text;
    }
  }
}
