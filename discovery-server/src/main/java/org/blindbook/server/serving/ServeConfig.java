package org.blindbook.server.serving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.blindbook.edge.compiled.TableKernel;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.server.admission.Holdings;
import org.blindbook.server.admission.WorkCost;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.EnclaveSettings;
import org.blindbook.server.enclavehost.RecentWindow;
import org.blindbook.server.enclavehost.TableSettings;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.ledgers.RedisAddress;
import org.blindbook.server.ledgers.Retention;
import org.blindbook.server.limits.WorkLimit;
import org.blindbook.server.lookup.Patience;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * What {@code --config FILE} says: YAML of dotted keys, or of nested ones, which is the same. Every
 * key has a default, so an empty file is a configuration. A key that does not exist is refused:
 * silently ignoring a misspelt limit would be worse.
 */
public final class ServeConfig {
  private static final String TABLE_KERNEL = "table.kernel";
  private static final String TABLE_THREADS = "table.threads";
  private static final String RECENT_DAYS = "recent.days";
  private static final int MOST_RECENT_DAYS = 30;
  private static final int MOST_PARTS = 100;
  private static final String POSITIVE = "a whole number from 1 to 999999999";

  /** Three times what the messages of a usual client take. */
  private static final int SMALLEST_MESSAGE_BYTES = 1 << 16;

  /** One that paid for a connection can pay for the largest request. */
  private static final int SMALLEST_WORK_MILLIS =
      (int)
          Math.ceilDiv(
              WorkCost.CONNECTION_MICROS
                  + WorkCost.requestMicros(EnclaveRole.EVALUATOR, SizeClass.LARGEST),
              1_000);

  /** What a value may be. */
  private enum Kind {
    POSITIVE_NUMBER(POSITIVE),
    DAYS("a whole number from 1 to " + MOST_RECENT_DAYS),
    PART("a whole number from 2 to " + MOST_PARTS),
    WORK_MILLIS("a whole number from " + SMALLEST_WORK_MILLIS + " on"),
    MESSAGE_BYTES("a whole number from " + SMALLEST_MESSAGE_BYTES + " to 999999999"),
    BOOLEAN("true or false"),
    REDIS("an address such as redis://127.0.0.1:6379/0 or rediss://:PASSWORD@HOST"),
    FOLDER("a folder"),
    KERNEL(String.join(", ", TableKernel.labels())),
    CONDITIONS("names of conditions in capitals, with commas between");

    private final String allowed;

    Kind(String allowed) {
      this.allowed = allowed;
    }

    boolean accepts(String value) {
      return switch (this) {
        case POSITIVE_NUMBER -> isPositive(value);
        case DAYS -> isPositive(value) && Integer.parseInt(value) <= MOST_RECENT_DAYS;
        case PART ->
            isPositive(value)
                && Integer.parseInt(value) >= 2
                && Integer.parseInt(value) <= MOST_PARTS;
        case WORK_MILLIS -> isPositive(value) && Integer.parseInt(value) >= SMALLEST_WORK_MILLIS;
        case MESSAGE_BYTES ->
            isPositive(value) && Integer.parseInt(value) >= SMALLEST_MESSAGE_BYTES;
        case REDIS -> RedisAddress.of(value).isPresent();
        case BOOLEAN -> value.equals("true") || value.equals("false");
        case KERNEL -> TableKernel.of(value).isPresent();
        case FOLDER -> !value.isBlank();
        case CONDITIONS -> value.matches("[A-Z_]+(,[A-Z_]+)*");
      };
    }

    private static boolean isPositive(String value) {
      return value.matches("[1-9][0-9]{0,8}");
    }
  }

  private record Key(Kind kind, String otherwise) {}

  private static final Map<String, Key> KEYS = keys();

  private static Map<String, Key> keys() {
    Map<String, Key> keys = new TreeMap<>();
    EnclaveSettings.DEFAULTS.forEach(
        (name, value) -> keys.put(name, new Key(Kind.POSITIVE_NUMBER, value)));
    // Where nothing is named, the machine's: TableSettings.ofThisMachine.
    keys.put(TABLE_KERNEL, new Key(Kind.KERNEL, ""));
    keys.put(TABLE_THREADS, new Key(Kind.POSITIVE_NUMBER, ""));
    // Without a number of days there is no enclave of recent registrations.
    keys.put(RECENT_DAYS, new Key(Kind.DAYS, ""));
    keys.put("recent.part", new Key(Kind.PART, "4"));
    keys.put("listen.trusted-proxy", new Key(Kind.BOOLEAN, "false"));
    keys.put("sessions.per-account", new Key(Kind.POSITIVE_NUMBER, "4"));
    keys.put("connections.max", new Key(Kind.POSITIVE_NUMBER, "2000"));
    keys.put("connections.per-address", new Key(Kind.POSITIVE_NUMBER, "1000"));
    keys.put("messages.max-bytes", new Key(Kind.MESSAGE_BYTES, "33554432"));
    keys.put("messages.per-account-bytes", new Key(Kind.MESSAGE_BYTES, "4194304"));
    keys.put("messages.per-address-bytes", new Key(Kind.MESSAGE_BYTES, "16777216"));
    keys.put("admission.deadline-millis", new Key(Kind.POSITIVE_NUMBER, "600"));
    keys.put("admission.evaluation-deadline-millis", new Key(Kind.POSITIVE_NUMBER, "1500"));
    keys.put("connection.request-seconds", new Key(Kind.POSITIVE_NUMBER, "10"));
    keys.put("connection.message-seconds", new Key(Kind.POSITIVE_NUMBER, "15"));
    keys.put("connection.acknowledgement-seconds", new Key(Kind.POSITIVE_NUMBER, "10"));
    keys.put("connection.idle-seconds", new Key(Kind.POSITIVE_NUMBER, "30"));
    keys.put("connection.total-seconds", new Key(Kind.POSITIVE_NUMBER, "300"));
    keys.put("bulk-evaluations.per-day", new Key(Kind.POSITIVE_NUMBER, "50000000"));
    keys.put("credentials.valid-seconds", new Key(Kind.POSITIVE_NUMBER, "86400"));
    keys.put("ledgers.max", new Key(Kind.POSITIVE_NUMBER, "100000"));
    keys.put("ledgers.redis", new Key(Kind.REDIS, ""));
    keys.put("account.work-milliseconds", new Key(Kind.WORK_MILLIS, "15000"));
    keys.put("account.work-per-hour-milliseconds", new Key(Kind.POSITIVE_NUMBER, "36000"));
    keys.put("retry-after.seconds", new Key(Kind.POSITIVE_NUMBER, "2"));
    keys.put("snapshot.every-seconds", new Key(Kind.POSITIVE_NUMBER, "600"));
    keys.put("folders.platform", new Key(Kind.FOLDER, ""));
    keys.put("folders.lookup-enclave", new Key(Kind.FOLDER, ""));
    keys.put("folders.evaluator-enclave", new Key(Kind.FOLDER, ""));
    keys.put("simulation.conditions", new Key(Kind.CONDITIONS, ""));
    return keys;
  }

  private final Map<String, String> values = new HashMap<>();

  /** The defaults. */
  public ServeConfig() {}

  public static ServeConfig read(Path file) throws OperatorException {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new OperatorException(
          "The configuration file " + file + " cannot be read: check its path and permissions.", e);
    }
    return parse(text, file.toString());
  }

  static ServeConfig parse(String yaml, String file) throws OperatorException {
    ServeConfig config = new ServeConfig();
    Optional<Node> root;
    try {
      root = new Compose(LoadSettings.builder().setUseMarks(true).build()).composeString(yaml);
    } catch (MarkedYamlEngineException e) {
      throw new OperatorException(
          "The configuration file "
              + file
              + " is not valid YAML"
              + e.getProblemMark().map(mark -> " at line " + line(mark)).orElse("")
              + ".");
    } catch (YamlEngineException e) {
      throw new OperatorException("The configuration file " + file + " is not valid YAML.");
    }
    if (root.isPresent()) {
      config.take(root.get(), "", file);
    }
    return config;
  }

  private void take(Node node, String prefix, String file) throws OperatorException {
    String where = file + ", line " + node.getStartMark().map(ServeConfig::line).orElse(0);
    switch (node) {
      case MappingNode mapping when prefix.isEmpty() || isGroup(prefix) -> {
        for (NodeTuple entry : mapping.getValue()) {
          take(entry.getValueNode(), name(entry.getKeyNode(), prefix, file), file);
        }
      }
      case ScalarNode scalar when KEYS.get(prefix) instanceof Key key -> {
        if (!key.kind.accepts(scalar.getValue())) {
          throw new OperatorException(where + ": " + prefix + " must be " + key.kind.allowed + ".");
        }
        if (values.put(prefix, scalar.getValue()) != null) {
          throw new OperatorException(where + ": " + prefix + " is there twice.");
        }
      }
      case ScalarNode nothing when nothing.getValue().isEmpty() && isGroup(prefix) -> {}
      default ->
          throw new OperatorException(
              where
                  + ": "
                  + (prefix.isEmpty()
                      ? "this is not a list of keys and values."
                      : prefix + " must be " + allowed(prefix) + "."));
    }
  }

  /** The full name of a key, which exists or is the start of some that do. */
  private static String name(Node keyNode, String prefix, String file) throws OperatorException {
    String key = keyNode instanceof ScalarNode scalar ? scalar.getValue() : "?";
    String name = prefix.isEmpty() ? key : prefix + "." + key;
    if (!KEYS.containsKey(name) && !isGroup(name)) {
      throw new OperatorException(
          file
              + ", line "
              + keyNode.getStartMark().map(ServeConfig::line).orElse(0)
              + ": there is no setting '"
              + name
              + "'.");
    }
    return name;
  }

  private static boolean isGroup(String prefix) {
    return prefix.isEmpty() || KEYS.keySet().stream().anyMatch(k -> k.startsWith(prefix + "."));
  }

  private static String allowed(String name) {
    Key key = KEYS.get(name);
    return key == null ? "a group of settings" : key.kind.allowed;
  }

  private static int line(Mark mark) {
    return mark.getLine() + 1;
  }

  private String value(String name) {
    Key key = KEYS.get(name);
    if (key == null) {
      throw new IllegalArgumentException("no such setting");
    }
    return values.getOrDefault(name, key.otherwise);
  }

  private int number(String name) {
    return Integer.parseInt(value(name));
  }

  private Duration seconds(String name) {
    return Duration.ofSeconds(number(name));
  }

  /** Those of the enclaves' settings that differ from the default; attested. */
  Map<String, String> clientLimits() {
    Map<String, String> changed = new HashMap<>(values);
    changed.keySet().retainAll(EnclaveSettings.DEFAULTS.keySet());
    return changed;
  }

  /** What a lookup enclave's table runs on: as configured, else what this machine offers. */
  public TableSettings table() {
    TableSettings machine = TableSettings.ofThisMachine();
    return new TableSettings(
        TableKernel.of(value(TABLE_KERNEL)).orElse(machine.kernel()),
        value(TABLE_THREADS).isEmpty() ? machine.threads() : number(TABLE_THREADS));
  }

  /**
   * The same with an enclave of recent registrations.
   *
   * @param days that registrations stay recent for
   */
  public ServeConfig withRecentDays(int days) throws OperatorException {
    String value = Integer.toString(days);
    if (!Kind.DAYS.accepts(value)) {
      throw new OperatorException("--recent-days takes " + Kind.DAYS.allowed + ".");
    }
    ServeConfig with = new ServeConfig();
    with.values.putAll(values);
    with.values.put(RECENT_DAYS, value);
    return with;
  }

  /** Which registrations are recent; empty where all are looked up always. */
  public Optional<RecentWindow.Limits> recent() {
    return value(RECENT_DAYS).isEmpty()
        ? Optional.empty()
        : Optional.of(
            new RecentWindow.Limits(Duration.ofDays(number(RECENT_DAYS)), number("recent.part")));
  }

  int maxSessions() {
    return number("sessions.max");
  }

  /** Identifiers that loaders may have evaluated in a day. */
  int bulkEvaluationsPerDay() {
    return number("bulk-evaluations.per-day");
  }

  /** Whether somebody else ends TLS before this server. */
  public boolean trustedProxy() {
    return Boolean.parseBoolean(value("listen.trusted-proxy"));
  }

  Patience patience() {
    return new Patience(
        seconds("connection.idle-seconds"),
        seconds("connection.message-seconds"),
        seconds("connection.acknowledgement-seconds"),
        total());
  }

  /** How long one connection may last. */
  Duration total() {
    return seconds("connection.total-seconds");
  }

  /** How long a plain request may take to come. */
  Duration request() {
    return seconds("connection.request-seconds");
  }

  /** Connections without a session, at once. */
  int maxConnections() {
    return number("connections.max");
  }

  int connectionsPerAddress() {
    return number("connections.per-address");
  }

  Holdings.Limits holdings() {
    return new Holdings.Limits(
        number("sessions.per-account"),
        connectionsPerAddress(),
        number("messages.max-bytes"),
        number("messages.per-account-bytes"),
        number("messages.per-address-bytes"));
  }

  /** Within which the work that clients began should be done. Evaluations are long. */
  Duration admissionDeadline(EnclaveRole role) {
    String key =
        role == EnclaveRole.EVALUATOR
            ? "admission.evaluation-deadline-millis"
            : "admission.deadline-millis";
    return Duration.ofMillis(number(key));
  }

  public Duration credentialValidity() {
    return seconds("credentials.valid-seconds");
  }

  /** How many records of accounts are kept in memory, too. */
  int cachedLedgers() {
    return number("ledgers.max");
  }

  /** Where records of accounts are kept; empty for a file of this server's. */
  Optional<RedisAddress> redis() {
    return RedisAddress.of(value("ledgers.redis"));
  }

  /** How much work an account may have done. */
  WorkLimit.Allowance work() {
    return new WorkLimit.Allowance(
        Duration.ofMillis(number("account.work-milliseconds")),
        Duration.ofMillis(number("account.work-per-hour-milliseconds")));
  }

  /** How long records of accounts are kept. */
  Retention retention() {
    return Retention.of(
        number("permits.capacity"), number("permits.refill-per-day"), work().refill());
  }

  int retryAfterSeconds() {
    return number("retry-after.seconds");
  }

  Duration snapshotInterval() {
    return seconds("snapshot.every-seconds");
  }

  /** What shall be wrong with the simulated hardware, for trying out relying parties. */
  String conditions() {
    return value("simulation.conditions");
  }

  /** The platform's application folder. */
  Path platformApp(Path home) {
    return folder("folders.platform", home, "platform");
  }

  /** The application folder of the enclave that looks up: its image. */
  Path lookupApp(Path home) {
    return folder("folders.lookup-enclave", home, "enclave/lookup");
  }

  /** The application folder of the enclave that evaluates: its image. */
  Path evaluatorApp(Path home) {
    return folder("folders.evaluator-enclave", home, "enclave/evaluator");
  }

  /** As configured, or where the build of this checkout puts it. */
  private Path folder(String name, Path home, String module) {
    String folder = value(name);
    return folder.isEmpty()
        ? home.resolve("enclave-sim/" + module + "/target/app")
        : Path.of(folder);
  }
}
