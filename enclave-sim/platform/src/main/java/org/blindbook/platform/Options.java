package org.blindbook.platform;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the platform is started with. Only the discovery server starts it, so there is not more to
 * its command line than five required options and one for trying things out.
 */
record Options(
    Path image, Path state, Path socket, Path settings, Path policy, Set<Condition> conditions) {
  static final String USAGE =
      """
      Usage: org.blindbook.platform.Main --image DIR --state DIR --socket PATH --settings FILE \
      --policy FILE [--conditions NAME,NAME]
        --image     the folder of the enclave's jars
        --state     private folder that plays the processor's fuses; made when missing
        --socket    where the enclave shall listen for its host
        --settings  deployment settings, handed to the enclave
        --policy    written: a policy that trusts exactly this enclave
        --conditions  what shall be wrong with this hardware, to see what relying parties do
      Runs until its standard input closes. Exit codes: 0 stopped by the host, 1 usage,
      2 could not start, 3 the enclave ended by itself, 143 stopped by SIGTERM.\
      """;

  /** What Unix domain sockets allow on Linux. */
  private static final int MAX_SOCKET_PATH_BYTES = 107;

  private static final Set<String> NAMES =
      Set.of("--image", "--state", "--socket", "--settings", "--policy", "--conditions");

  /**
   * @throws IllegalArgumentException with a sentence, when the arguments are not as in {@link
   *     #USAGE}
   * @throws PlatformException when there is no such condition, which is the operator's mistake
   */
  static Options parse(List<String> arguments) throws PlatformException {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < arguments.size(); i += 2) {
      String name = arguments.get(i);
      if (!NAMES.contains(name) || i + 1 == arguments.size()) {
        throw new IllegalArgumentException("The option " + name + " is unknown or lacks a value.");
      }
      values.put(name, arguments.get(i + 1));
    }
    Options options =
        new Options(
            require(values, "--image"),
            require(values, "--state"),
            require(values, "--socket").toAbsolutePath(),
            require(values, "--settings"),
            require(values, "--policy"),
            conditions(values.getOrDefault("--conditions", "")));
    if (options.socket.toString().getBytes(StandardCharsets.UTF_8).length > MAX_SOCKET_PATH_BYTES) {
      throw new IllegalArgumentException(
          "The socket path is longer than " + MAX_SOCKET_PATH_BYTES + " bytes: choose a shorter.");
    }
    return options;
  }

  private static Path require(Map<String, String> values, String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("The option " + name + " is missing.");
    }
    return Path.of(value);
  }

  private static Set<Condition> conditions(String names) throws PlatformException {
    Set<Condition> conditions = EnumSet.noneOf(Condition.class);
    for (String name : names.isEmpty() ? new String[0] : names.split(",", -1)) {
      conditions.add(
          Arrays.stream(Condition.values())
              .filter(condition -> condition.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new PlatformException(
                          "There is no condition "
                              + name
                              + ": choose from "
                              + Arrays.toString(Condition.values())
                              + ".")));
    }
    return conditions;
  }
}
