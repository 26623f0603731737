package org.blindbook.server.enclavehost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The policy for development, {@code trust.yaml}: what the platform says about the enclave that it
 * launched last, and the evaluators' keys of all live epochs. Thread-safe.
 */
public final class DevelopmentTrust {
  private final Path file;
  private final SortedMap<Integer, String> keys = new TreeMap<>();
  private String platformPolicy = "";

  public DevelopmentTrust(Path file) {
    this.file = file;
  }

  /**
   * @param policy as the platform wrote it
   */
  synchronized void write(String policy) throws IOException {
    platformPolicy = policy;
    StringBuilder text = new StringBuilder(policy);
    if (!keys.isEmpty()) {
      text.append("oprfKeys:\n");
    }
    keys.forEach(
        (epoch, key) ->
            text.append("  - epoch: ")
                .append(epoch)
                .append("\n    publicKey: ")
                .append(key)
                .append('\n'));
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(draft, text);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  synchronized void add(String policy, int epoch, String publicKey) throws IOException {
    keys.put(epoch, publicKey);
    write(policy);
  }

  /** An epoch is over. */
  public synchronized void remove(int epoch) throws IOException {
    if (keys.remove(epoch) != null) {
      write(platformPolicy);
    }
  }
}
