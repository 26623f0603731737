package org.blindbook.cli.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.blindbook.cli.CommandException;
import org.blindbook.edge.files.TemporaryFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    description =
        "Runs the whole service once, on this machine, with made-up data: registers users, starts"
            + " server, platform and enclave, discovers an address book through the real protocol,"
            + " checks the result and stops everything. Leaves nothing behind.",
    footer = {
      "",
      "Examples:",
      "  blindbook demo",
      "  blindbook demo --users 1000000 --seed 7",
      "",
      "Exit codes: 0 exactly the registered contacts were found; 1 a step failed or the result was"
          + " wrong; 2 wrong usage."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final int EXIT_FAILED = 1;
  private static final int SHOWN_MATCHES = 20;
  private static final int STEPS = 5;

  /** The user whose address book it is; not one of the registered. */
  private static final String ACCOUNT = "11111111-1111-4111-8111-111111111111";

  @Option(
      names = "--users",
      defaultValue = "100000",
      paramLabel = "N",
      description = "how many users to register, 1000 to 5000000 (default: ${DEFAULT-VALUE})")
  int users;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "another number makes other data (default: ${DEFAULT-VALUE})")
  long seed;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec spec;

  private int step;
  private long stepStart;

  @Override
  public Integer call() throws CommandException, InterruptedException {
    if (users < 1_000 || users > 5_000_000) {
      throw new CommandException(2, "--users takes a number from 1000 to 5000000.");
    }
    String home = System.getProperty("blindbook.home");
    if (home == null) {
      throw new CommandException(2, "Start the demo with the launcher: blindbook demo.");
    }
    long start = System.nanoTime();
    TemporaryFolder folder = temporaryFolder();
    LauncherCommands commands = new LauncherCommands(Path.of(home, "blindbook"), folder.path());
    Thread cleaning = new Thread(() -> clean(commands, folder), "demo-cleaning");
    Runtime.getRuntime().addShutdownHook(cleaning);
    try {
      run(commands, folder.path());
    } catch (IOException e) {
      throw new CommandException(
          EXIT_FAILED,
          "The demo's temporary folder cannot be used: check the free space of "
              + folder.path().getParent()
              + ".");
    } finally {
      clean(commands, folder);
    }
    out().printf("Everything is stopped. The demo took %.0f s.%n", seconds(start));
    return 0;
  }

  private void run(LauncherCommands commands, Path folder)
      throws CommandException, InterruptedException, IOException {
    begin("Making %,d registrations and an address book of %d people", users, DemoData.PEOPLE);
    DemoData data = DemoData.write(folder, users, seed);
    String dataDirectory = folder.resolve("data").toString();
    end();

    begin("Loading the registrations");
    DiscoveryOutput loaded =
        DiscoveryOutput.parse(
            commands.run(
                Map.of(),
                "load",
                "--data-dir",
                dataDirectory,
                "--mode",
                "truncated",
                "--json",
                data.registrations().toString()));
    end();
    require(loaded.value("registered").equals(String.valueOf(users)), "not every user was loaded");

    begin("Starting the server, its platform and its enclave");
    DiscoveryOutput server =
        DiscoveryOutput.parse(
            commands.startServer("serve", "--data-dir", dataDirectory, "--port", "0", "--json"));
    end();

    begin("Minting a credential, as a messenger's backend would");
    String credential =
        commands.run(Map.of(), "credential", "--data-dir", dataDirectory, "--account", ACCOUNT);
    end();

    begin("Verifying the enclave and discovering the address book");
    DiscoveryOutput discovery =
        DiscoveryOutput.parse(
            commands.run(
                Map.of("BLINDBOOK_CREDENTIAL", credential),
                "discover",
                "--server",
                server.value("url"),
                "--contacts",
                data.addressBook().toString(),
                "--region",
                DemoData.REGION,
                "--trust",
                Path.of(dataDirectory, "trust.yaml").toString(),
                "--json"));
    end();
    report(discovery);
    require(
        discovery.value("measurement").equals(server.value("measurement")),
        "the client verified another enclave than the server started");
    require(
        discovery.matches().size() == data.expected().size()
            && new HashSet<>(discovery.matches()).equals(data.expected()),
        "the matches are not exactly the registered contacts");
    out()
        .printf(
            "Checked: exactly the %d registered contacts were found, and nobody else.%n",
            data.expected().size());
  }

  private void report(DiscoveryOutput discovery) {
    PrintWriter out = out();
    out.println();
    out.println("Enclave measurement, verified by the client before it sent anything:");
    out.println("  " + discovery.value("measurement"));
    out.println("  (simulated hardware: this shows the protocol, it protects nothing)");
    out.println();
    List<DemoMatch> matches = discovery.matches();
    out.printf("%d contacts are registered:%n", matches.size());
    for (DemoMatch match : matches.subList(0, Math.min(SHOWN_MATCHES, matches.size()))) {
      out.printf(
          "  %-24s %-16s %s%n",
          match.name(), match.identifier().replace("tel:", ""), match.account());
    }
    if (matches.size() > SHOWN_MATCHES) {
      out.printf("  and %d more%n", matches.size() - SHOWN_MATCHES);
    }
    out.println();
    out.printf(
        "%s contacts with %s identifiers were looked up for %s permits.%n",
        discovery.value("contacts"),
        discovery.value("identifiers"),
        discovery.value("permitsUsed"));
  }

  private void begin(String what, Object... arguments) {
    step++;
    stepStart = System.nanoTime();
    out().printf("[%d/%d] %s ... ", step, STEPS, String.format(what, arguments));
    out().flush();
  }

  private void end() {
    out().printf("%.1f s%n", seconds(stepStart));
    out().flush();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static void require(boolean holds, String otherwise) throws CommandException {
    if (!holds) {
      throw new CommandException(
          EXIT_FAILED, "The demo failed: " + otherwise + ". Please report it as a defect.");
    }
  }

  private static TemporaryFolder temporaryFolder() throws CommandException {
    try {
      return TemporaryFolder.create("blindbook-demo");
    } catch (IOException e) {
      throw new CommandException(
          EXIT_FAILED,
          "No temporary folder can be created: check the permissions and the free space of "
              + System.getProperty("java.io.tmpdir")
              + ".");
    }
  }

  /** Runs twice, and at the same time, when a signal ends the demo: one after the other. */
  private static synchronized void clean(LauncherCommands commands, TemporaryFolder folder) {
    commands.close();
    folder.delete();
  }
}
