package org.blindbook.server.services;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.GenericContainer;

/**
 * One Redis for all tests of this JVM: in a container where an engine answers, else a local
 * program, else none. {@code -Dtest.services=engine|local|none} chooses. Tests keep apart by
 * database number, and clear theirs.
 */
public final class RedisServer {
  /** Made by .ci/services from the distribution's own package, or pulled. */
  private static final String IMAGE =
      System.getProperty("test.redis.image", "blindbook-test/redis");

  private static final int PORT = 6379;
  private static final List<String> WHY_NOT = new ArrayList<>();
  private static final Optional<RedisServer> FOUND = find();

  private final String host;
  private final int port;

  private RedisServer(String host, int port) {
    this.host = host;
    this.port = port;
  }

  /** Empty when there is none on this machine. */
  public static Optional<RedisServer> found() {
    return FOUND;
  }

  public static RedisServer require() {
    return FOUND.orElseThrow(() -> new AssertionError(reasons()));
  }

  static String reasons() {
    return "there is no Redis to test with ("
        + String.join("; ", WHY_NOT)
        + "): run .ci/services, or install redis-server";
  }

  private static Optional<RedisServer> find() {
    String choice = System.getProperty("test.services", "");
    Optional<RedisServer> found = Optional.empty();
    if (choice.isEmpty() || choice.equals("engine")) {
      found = inContainer();
    }
    if (found.isEmpty() && (choice.isEmpty() || choice.equals("local"))) {
      found = localProgram();
    }
    return found;
  }

  private static Optional<RedisServer> inContainer() {
    if (!Machine.engineAnswers()) {
      WHY_NOT.add("no container engine answers");
      return Optional.empty();
    }
    try {
      @SuppressWarnings("resource") // Testcontainers removes it when this JVM has ended
      GenericContainer<?> redis = new GenericContainer<>(IMAGE).withExposedPorts(PORT);
      redis.start();
      Runtime.getRuntime().addShutdownHook(new Thread(redis::stop));
      return Optional.of(new RedisServer(redis.getHost(), redis.getMappedPort(PORT)));
    } catch (RuntimeException e) {
      WHY_NOT.add("the container engine has no Redis: " + e.getClass().getSimpleName());
      return Optional.empty();
    }
  }

  private static Optional<RedisServer> localProgram() {
    Optional<Path> program = Machine.program("redis-server");
    if (program.isEmpty()) {
      WHY_NOT.add("redis-server is not installed");
      return Optional.empty();
    }
    try {
      int port = Machine.freePort();
      Path folder = Files.createTempDirectory("blindbook-redis");
      Process process =
          new ProcessBuilder(
                  List.of(
                      program.get().toString(),
                      "--port",
                      Integer.toString(port),
                      "--bind",
                      "127.0.0.1",
                      "--save",
                      "",
                      "--dir",
                      folder.toString()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, folder)));
      Machine.awaitPort(port);
      return Optional.of(new RedisServer("127.0.0.1", port));
    } catch (IOException e) {
      WHY_NOT.add("redis-server does not start");
      return Optional.empty();
    }
  }

  private static void stop(Process process, Path folder) {
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
      Files.deleteIfExists(folder);
    } catch (InterruptedException | IOException e) {
      // The JVM ends anyway.
    }
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }

  /** For {@code ledgers.redis}. */
  public String url(int database) {
    return "redis://" + host + ":" + port + "/" + database;
  }

  /** Sends a command to a database and gives the answer as Redis writes it. */
  public String command(int database, String... words) throws IOException {
    try (Socket socket = new Socket(host, port)) {
      send(socket, "SELECT", Integer.toString(database));
      send(socket, words);
      send(socket, "QUIT");
      String all = new String(socket.getInputStream().readAllBytes());
      return all.substring("+OK\r\n".length(), all.length() - "+OK\r\n".length()).strip();
    }
  }

  private static void send(Socket socket, String... words) throws IOException {
    StringBuilder command = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      command.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    socket.getOutputStream().write(command.toString().getBytes());
  }
}
