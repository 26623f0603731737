package org.blindbook.auditor.timing.service.processes;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.auditor.timing.service.Contest;
import org.blindbook.auditor.timing.service.RunningService;
import org.blindbook.auditor.timing.service.client.Accounts;
import org.blindbook.auditor.timing.service.client.Clients;
import org.blindbook.auditor.timing.service.contests.EvaluationContests;
import org.blindbook.auditor.timing.service.contests.LookupContests;
import org.blindbook.auditor.timing.service.contests.Users;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.edge.files.TemporaryFolder;
import org.blindbook.platform.EnclaveProgram;
import org.jspecify.annotations.Nullable;

/**
 * A server with its platforms and enclaves, started by the operator's own commands on a data
 * directory in a temporary folder. They are ended, and it is deleted, when the service is closed or
 * this process is told to end.
 */
public final class DeployedService implements RunningService {
  private static final Pattern URL = Pattern.compile("\"url\":\"([^\"]+)\"");

  private final Mode mode;
  private final SecureRandom random = new SecureRandom();
  private final TemporaryFolder folder = TemporaryFolder.create("blindbook-timing");
  private final LauncherProcesses commands;
  private final Thread cleaning = new Thread(this::clean, "timing-cleaning");
  private @Nullable EnclaveThreads enclave;

  private DeployedService(Path home, Mode mode) throws IOException {
    this.mode = mode;
    this.commands = new LauncherProcesses(home.resolve("blindbook"), folder.path());
    Runtime.getRuntime().addShutdownHook(cleaning);
  }

  /**
   * A service of this installation.
   *
   * @param home the installation's folder
   */
  public static Starter of(Path home) {
    return mode -> new DeployedService(home, mode);
  }

  /** Starts the service. */
  @Override
  public List<Contest> contests(Random contacts) throws IOException {
    String data = folder.path().resolve("data").toString();
    if (mode == Mode.TRUNCATED) {
      Path file = Files.write(folder.path().resolve("users.csv"), rows());
      commands.run("load", "--data-dir", data, "--mode", "truncated", file.toString());
    }
    LauncherProcesses.Server server = commands.startServer(serve(data));
    Matcher url = URL.matcher(server.line());
    if (!url.find()) {
      throw new IOException("The server did not say where it listens.");
    }
    Accounts accounts =
        new Accounts(folder.path().resolve("data/credential.key"), InstantSource.system(), random);
    EnclaveProgram program =
        mode == Mode.TRUNCATED ? EnclaveProgram.LOOKUP : EnclaveProgram.EVALUATOR;
    String path = mode == Mode.TRUNCATED ? Paths.DISCOVERY : Paths.EVALUATION;
    enclave = new EnclaveThreads(enclaveOf(server.process(), program).pid());
    Clients clients = new Clients(URI.create(url.group(1)), path, enclave, random);
    return mode == Mode.TRUNCATED
        ? new LookupContests(clients, accounts, contacts).all()
        : new EvaluationContests(clients, accounts, contacts).all();
  }

  private List<String> rows() {
    List<String> rows = new ArrayList<>(List.of("identifier,account_id"));
    Users.registered().forEach(user -> rows.add(user + "," + new UUID(random.nextLong(), 1)));
    return rows;
  }

  private List<String> serve(String data) throws IOException {
    int permits = mode == Mode.TRUNCATED ? LookupContests.PERMITS : EvaluationContests.PERMITS;
    Path config =
        Files.write(
            folder.path().resolve("serve.yaml"),
            List.of(
                "permits.capacity: " + permits,
                "permits.refill-per-day: 1",
                // An account asks as often as the comparison needs.
                "account.work-milliseconds: 999999999"));
    List<String> command = new ArrayList<>(List.of("serve", "--data-dir", data, "--port", "0"));
    command.addAll(List.of("--json", "--config", config.toString()));
    command.addAll(List.of("--mode", mode.name().toLowerCase(Locale.ROOT)));
    return command;
  }

  private static ProcessHandle enclaveOf(ProcessHandle server, EnclaveProgram program)
      throws IOException {
    return server
        .descendants()
        .filter(process -> arguments(process).contains(program.mainClass()))
        .findFirst()
        .orElseThrow(() -> new IOException("The server runs no enclave of this kind."));
  }

  private static List<String> arguments(ProcessHandle process) {
    return process.info().arguments().map(Arrays::asList).orElse(List.of());
  }

  @Override
  public void close() {
    clean();
    try {
      Runtime.getRuntime().removeShutdownHook(cleaning);
    } catch (IllegalStateException e) {
      // This process is being ended, and that thread does the same.
    }
  }

  /** Runs twice, and at the same time, when a signal ends the command: one after the other. */
  private synchronized void clean() {
    commands.close();
    folder.delete();
    try {
      if (enclave != null) {
        enclave.close();
      }
    } catch (IOException e) {
      // The process is gone, and so are its files.
    }
  }
}
