package org.blindbook.server.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.blindbook.server.registrations.PostgresAddress;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * A PostgreSQL: one for all tests of this JVM, in a container where an engine answers, else a local
 * program, else none; and local ones that a test may kill. {@code
 * -Dtest.services=engine|local|none} chooses. Tests keep apart by database. The password is where
 * an operator has it: in the file of passwords.
 */
public final class PostgresServer implements AutoCloseable {
  /** Made by .ci/services from the distribution's own package, or pulled. */
  private static final String IMAGE =
      System.getProperty("test.postgres.image", "blindbook-test/postgres");

  private static final int PORT = 5432;
  private static final String USER = "blindbook";
  private static final String PASSWORD_FILE = "org.postgresql.pgpassfile";
  private static final String PASSWORD = "not-a-secret";
  private static final int START_ATTEMPTS = 400;
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static final List<String> WHY_NOT = new ArrayList<>();

  /** Looked for when a test asks first. */
  private static final class Shared {
    static final Optional<PostgresServer> FOUND = find();
  }

  private final String host;
  private final int port;
  private final Optional<Local> local;

  private PostgresServer(String host, int port, Optional<Local> local) {
    this.host = host;
    this.port = port;
    this.local = local;
  }

  /** The one that all tests share; empty when there is none on this machine. */
  public static Optional<PostgresServer> found() {
    return Shared.FOUND;
  }

  public static PostgresServer require() {
    return Shared.FOUND.orElseThrow(() -> new AssertionError(reasons()));
  }

  static String reasons() {
    return "there is no PostgreSQL to test with ("
        + String.join("; ", WHY_NOT)
        + "): run .ci/services, or install postgresql";
  }

  /** One of a test's own, which keeps what it has committed when it is killed. */
  public static PostgresServer own() throws IOException {
    Path programs = programs().orElseThrow(() -> new AssertionError("postgresql is not installed"));
    Local made = new Local(programs, Files.createTempDirectory("blindbook-postgres"));
    made.init();
    return made.start();
  }

  private static Optional<PostgresServer> find() {
    String choice = System.getProperty("test.services", "");
    Optional<PostgresServer> found = Optional.empty();
    if (choice.isEmpty() || choice.equals("engine")) {
      found = inContainer();
    }
    if (found.isEmpty() && (choice.isEmpty() || choice.equals("local"))) {
      found = localProgram();
    }
    found.ifPresent(
        server ->
            System.out.println(
                "tests use a PostgreSQL "
                    + (server.local.isPresent()
                        ? "that is installed here " + WHY_NOT
                        : "in a container")));
    return found;
  }

  private static Optional<PostgresServer> inContainer() {
    if (!Machine.engineAnswers()) {
      WHY_NOT.add("no container engine answers");
      return Optional.empty();
    }
    try {
      @SuppressWarnings("resource") // Testcontainers removes it when this JVM has ended
      GenericContainer<?> container =
          new GenericContainer<>(IMAGE)
              .withExposedPorts(PORT)
              .withEnv("POSTGRES_USER", USER)
              .withEnv("POSTGRES_PASSWORD", PASSWORD)
              .waitingFor(Wait.forLogMessage(".*ready to accept connections.*", 1));
      container.start();
      Runtime.getRuntime().addShutdownHook(new Thread(container::stop));
      return Optional.of(
          ready(
              new PostgresServer(
                  container.getHost(), container.getMappedPort(PORT), Optional.empty())));
    } catch (RuntimeException | IOException e) {
      WHY_NOT.add("the container engine has no PostgreSQL: " + e);
      return Optional.empty();
    }
  }

  private static Optional<PostgresServer> localProgram() {
    if (programs().isEmpty()) {
      WHY_NOT.add("postgresql is not installed");
      return Optional.empty();
    }
    try {
      PostgresServer server = own();
      Runtime.getRuntime().addShutdownHook(new Thread(server::close));
      return Optional.of(server);
    } catch (IOException e) {
      WHY_NOT.add("postgresql does not start: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** The folder of PostgreSQL's programs, all of them. */
  private static Optional<Path> programs() {
    try (Stream<Path> versions =
        Files.isDirectory(Path.of("/usr/lib/postgresql"))
            ? Files.list(Path.of("/usr/lib/postgresql"))
            : Stream.empty()) {
      Path[] folders = versions.map(version -> version.resolve("bin")).toArray(Path[]::new);
      Optional<Path> found = Machine.program("pg_basebackup", folders);
      return found.isEmpty() ? found : Optional.ofNullable(found.get().toRealPath().getParent());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Tells the driver the password, and waits until the server takes it. */
  private static PostgresServer ready(PostgresServer server) throws IOException {
    Path passwords = Files.createTempFile("blindbook", ".pgpass");
    passwords.toFile().deleteOnExit();
    Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(passwords, "*:*:*:" + USER + ":" + PASSWORD + "\n");
    System.setProperty(PASSWORD_FILE, passwords.toString());
    for (int attempt = 1; ; attempt++) {
      try (Connection connection = server.connect("postgres")) {
        return server;
      } catch (SQLException e) {
        if (attempt == START_ATTEMPTS) {
          throw new IOException("no answer", e);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
  }

  /** Tells a process of this program where the passwords are, if a test has any. */
  public static void passPasswordsTo(ProcessBuilder process) {
    String file = System.getProperty(PASSWORD_FILE);
    if (file != null) {
      process.environment().put("PGPASSFILE", file);
    }
  }

  /** A new database. */
  public String newDatabase() throws SQLException {
    String name = "test" + DATABASES.incrementAndGet();
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return name;
  }

  /** As whoever writes by plain SQL. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://" + host + ":" + port + "/" + database + "?user=" + USER);
  }

  /** As an operator names it. */
  public String url(String database) {
    return url(port, database);
  }

  /** The same behind another port of the same host. */
  public String url(int otherPort, String database) {
    return "postgresql://" + USER + "@" + host + ":" + otherPort + "/" + database;
  }

  /** What {@link #url} says. */
  public PostgresAddress address(String database) throws Exception {
    return PostgresAddress.parse(url(database));
  }

  public String host() {
    return host;
  }

  public int port() {
    return port;
  }

  /** Ends it as a power cut does, and starts it again. Of {@link #own} ones. */
  public void crash() throws IOException {
    local.orElseThrow().crash();
    local.orElseThrow().start();
    ready(this);
  }

  /** Ends it as a power cut does. Of {@link #own} ones. */
  public void kill() throws IOException {
    local.orElseThrow().crash();
  }

  /** A copy that follows this one and can be {@link #promote promoted}. Of {@link #own} ones. */
  public PostgresServer standby() throws IOException {
    return standby(port);
  }

  /** As {@link #standby()}, through another port of this host. */
  public PostgresServer standby(int sourcePort) throws IOException {
    Local source = local.orElseThrow();
    Local copy = new Local(source.programs, Files.createTempDirectory("blindbook-postgres"));
    copy.follow(sourcePort);
    return copy.start();
  }

  /** Makes a {@link #standby} a server of its own. */
  public void promote() throws SQLException {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_promote()");
    }
  }

  @Override
  public void close() {
    local.ifPresent(Local::remove);
  }

  /** A server that this JVM runs. */
  private static final class Local {
    final Path programs;
    private final Path folder;
    private final int port;
    private Process process;

    Local(Path programs, Path folder) throws IOException {
      this.programs = programs;
      this.folder = folder;
      this.port = Machine.freePort();
      run("chown", isRoot() ? "postgres" : System.getProperty("user.name"), folder.toString());
    }

    private static boolean isRoot() {
      return "root".equals(System.getProperty("user.name"));
    }

    void init() throws IOException {
      Path password = folder.resolve("password");
      Files.writeString(password, PASSWORD);
      asUser(
          programs.resolve("initdb").toString(),
          "-D",
          data().toString(),
          "-U",
          USER,
          "--pwfile=" + password,
          "-A",
          "scram-sha-256",
          "-E",
          "UTF8",
          "--locale=C.UTF-8",
          "--no-sync");
      Files.writeString(
          data().resolve("pg_hba.conf"),
          "host all all 127.0.0.1/32 scram-sha-256\n"
              + "host replication all 127.0.0.1/32 scram-sha-256\n");
    }

    private Path data() {
      return folder.resolve("data");
    }

    /** Copies the one behind a port of this host, and follows it. */
    void follow(int sourcePort) throws IOException {
      asUser(
          programs.resolve("pg_basebackup").toString(),
          "-D",
          data().toString(),
          "-d",
          "host=127.0.0.1 port=" + sourcePort + " user=" + USER + " password=" + PASSWORD,
          "-R",
          "-c",
          "fast");
    }

    PostgresServer start() throws IOException {
      List<String> command = new ArrayList<>(userPrefix());
      command.addAll(
          List.of(
              programs.resolve("postgres").toString(),
              "-D",
              data().toString(),
              "-p",
              Integer.toString(port),
              "-c",
              "listen_addresses=127.0.0.1",
              "-c",
              "unix_socket_directories=",
              "-c",
              "fsync=off")); // what is killed here is the process, not the machine
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
              .start();
      return ready(new PostgresServer("127.0.0.1", port, Optional.of(this)));
    }

    void crash() throws IOException {
      // The first of its processes; the others end when they notice.
      run("kill", "-9", Files.readAllLines(data().resolve("postmaster.pid")).getFirst());
      try {
        process.waitFor(10, TimeUnit.SECONDS);
        Files.deleteIfExists(data().resolve("postmaster.pid"));
        awaitSilence();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Until the last of its processes has let go of the memory that they share. */
    private void awaitSilence() throws InterruptedException {
      for (int i = 0; i < 200; i++) {
        if (ProcessHandle.allProcesses()
            .noneMatch(
                p ->
                    p.info().commandLine().map(c -> c.contains(data().toString())).orElse(false))) {
          Thread.sleep(200);
          return;
        }
        Thread.sleep(25);
      }
    }

    void remove() {
      try {
        run("kill", "-INT", Long.toString(process.pid()));
        process.waitFor(10, TimeUnit.SECONDS);
        run("rm", "-rf", folder.toString());
      } catch (IOException | InterruptedException e) {
        process.destroyForcibly();
      }
    }

    private static List<String> userPrefix() {
      return isRoot()
          ? List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--")
          : List.of();
    }

    private void asUser(String... command) throws IOException {
      List<String> all = new ArrayList<>(userPrefix());
      all.addAll(List.of(command));
      run(folder, all);
    }

    private static void run(String... command) throws IOException {
      run(Path.of("/"), List.of(command));
    }

    private static void run(Path folder, List<String> command) throws IOException {
      Process process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes());
      try {
        if (process.waitFor() != 0) {
          throw new IOException(command.get(0) + ": " + output);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
