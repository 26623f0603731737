package org.blindbook.loadtest;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.attestation.PolicyException;
import org.blindbook.loadtest.driver.LoadPlan;
import org.blindbook.loadtest.driver.LoadRun;
import org.blindbook.loadtest.driver.Target;
import org.blindbook.loadtest.measurement.Outcome;
import org.blindbook.loadtest.measurement.Results;
import org.blindbook.loadtest.population.Population;
import org.blindbook.loadtest.population.UsersFile;
import org.blindbook.loadtest.report.JsonReport;
import org.blindbook.loadtest.report.LoadReport;
import org.blindbook.loadtest.report.Settings;
import org.blindbook.loadtest.report.TextReport;
import org.blindbook.loadtest.report.TimelinePlot;
import org.blindbook.loadtest.schedule.LoadShape;
import org.blindbook.loadtest.trust.CredentialMint;
import org.blindbook.loadtest.trust.EvidenceJudge;
import org.blindbook.loadtest.trust.OfferAppraisal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "loadtest",
    exitCodeOnInvalidInput = ExitCode.USAGE,
    sortOptions = false,
    synopsisHeading = "Usage: ",
    customSynopsis = {
      "blindbook loadtest --server URL --data-dir DIR --users N --rate R [OPTIONS]",
      "       blindbook loadtest --write-users N FILE [--seed N]"
    },
    description = {
      "Lets made-up clients discover their contacts, at a rate that waits for nobody, and checks"
          + " every answer.",
      "",
      "When each client comes is fixed beforehand, and how long it took counts from then, so a"
          + " server that stalls is seen to stall. Each client connects anew, gets an offer, shakes"
          + " hands, asks and is answered. The server must be of mode truncated; its users are"
          + " those that --write-users wrote, with the same --seed. Phone numbers are of a country"
          + " code that nobody has (+999). Ctrl-C ends the run and prints what there is.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  blindbook loadtest --write-users 100000 users.csv",
      "  blindbook load --data-dir DIR --mode truncated users.csv",
      "  blindbook loadtest --server http://127.0.0.1:8080 --data-dir DIR --users 100000 \\",
      "      --rate 100 --duration 20",
      "  blindbook loadtest --server http://127.0.0.1:8080 --data-dir DIR --users 100000 \\",
      "      --profile step --rate 200 --steps 1,10,0.7 --step-seconds 20,60,40 --svg step.svg",
      "  blindbook loadtest --server http://127.0.0.1:8080 --data-dir DIR --users 100000 \\",
      "      --profile stampede --rate 200 --duration 90 --json >stampede.json",
      "  blindbook loadtest --server http://127.0.0.1:8080 --data-dir DIR --users 100000 \\",
      "      --profile surge --scale 0.2 --duration 300"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every answer was right",
      "1:wrong usage, or a file that cannot be used",
      "2:there were wrong answers",
      "3:the server was not reached, not trusted, or answered nobody"
    })
final class LoadtestCommand implements Callable<Integer> {
  /** Descriptors that are not connections: jars, the terminal, event loops. */
  private static final int OTHER_DESCRIPTORS = 200;

  private static final int MAX_PLACES = 50_000;
  private static final int MAX_TIMEOUT = 300;

  @Option(
      names = "--server",
      paramLabel = "URL",
      description = "the server's address, on this machine unless --allow-remote is given")
  @Nullable URI server;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "the server's data directory, for its credential.key and trust.yaml; or name both:")
  @Nullable Path dataDirectory;

  @Option(
      names = "--credential-key",
      paramLabel = "FILE",
      description = "credential.key of the server's data directory, to mint credentials with")
  @Nullable Path credentialKey;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "which enclaves to trust, in YAML; a development server writes trust.yaml")
  @Nullable Path policy;

  @Mixin private ProfileOptions profile = new ProfileOptions();
  @Mixin private PeopleOptions people = new PeopleOptions();

  @Option(
      names = "--verify",
      paramLabel = "WHICH",
      defaultValue = "first",
      description =
          "whose evidence is verified: first, that of the first client under each channel key, and"
              + " others are compared with it, which leaves the machine to the server; each, as"
              + " real clients do. Default: ${DEFAULT-VALUE}")
  OfferAppraisal.Extent verify = OfferAppraisal.Extent.FIRST;

  @Option(
      names = "--timeout",
      paramLabel = "S",
      defaultValue = "10",
      description = "seconds that a client waits for its answer. Default: ${DEFAULT-VALUE}")
  int timeout = 10;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      defaultValue = "3",
      description =
          "seconds at half the first rate, before what is measured: a generator that has just"
              + " started is slow. Default: ${DEFAULT-VALUE}")
  int warmUp = 3;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      description =
          "clients at once, because each has a descriptor; one that finds no place is counted as"
              + " not sent. Default: 5000, or what ulimit -n leaves")
  int inFlight = (int) Math.clamp(descriptors() - OTHER_DESCRIPTORS, 1, 5_000);

  @Option(
      names = "--sources",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "networks that clients come from, 127.1.0.1, 127.1.1.1 and so on, because a server may"
              + " limit each; at most 256, and only to 127.0.0.1 on Linux. Default:"
              + " ${DEFAULT-VALUE}")
  int sources = 1;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "threads of the generator. Default: the processors, at most 2")
  int threads = Math.min(2, Runtime.getRuntime().availableProcessors());

  @Option(
      names = "--allow-remote",
      description = "test another machine's server, which is yours and is expecting it")
  boolean allowRemote;

  @Option(names = "--json", description = "print one JSON document instead of a table")
  boolean json;

  @Option(names = "--svg", paramLabel = "FILE", description = "draw the seconds of the run, too")
  @Nullable Path svg;

  @Option(names = "--quiet", description = "no line for each second meanwhile")
  boolean quiet;

  @Option(
      names = "--write-users",
      arity = "2",
      paramLabel = "N FILE",
      hideParamSyntax = true,
      description = "write N registrations for blindbook load, and do nothing else")
  String @Nullable [] writeUsers;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec spec;

  private final @Nullable EvidenceJudge judge;

  LoadtestCommand() {
    this(null);
  }

  /**
   * @param judge of evidence, in a policy's place; null for a policy
   */
  LoadtestCommand(@Nullable EvidenceJudge judge) {
    this.judge = judge;
  }

  @Override
  public Integer call() throws LoadtestException, InterruptedException, IOException {
    if (writeUsers != null) {
      return writeUsers(writeUsers[0], Path.of(writeUsers[1]));
    }
    LoadPlan plan = plan();
    try (LoadRun run = new LoadRun(plan)) {
      probe(run);
      return report(plan, run);
    }
  }

  private int writeUsers(String number, Path file) throws LoadtestException {
    if (!number.matches("[0-9]{1,9}")) {
      throw LoadtestException.usage("--write-users takes a number of users and a file.");
    }
    Population population = people.population(Integer.parseInt(number));
    try {
      UsersFile.write(population, file);
    } catch (IOException e) {
      throw LoadtestException.usage("The file cannot be written: check its directory and space.");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%,d made-up registrations were written; load them with blindbook load, and test with"
            + " --users %d --seed %d.%n",
        population.users(),
        population.users(),
        population.seed());
    out.flush();
    return ExitCode.OK;
  }

  private LoadPlan plan() throws LoadtestException {
    Target target = target();
    LoadShape shape = profile.shape();
    if (inFlight < 1 || inFlight > MAX_PLACES || inFlight + OTHER_DESCRIPTORS > descriptors()) {
      throw LoadtestException.usage(
          String.format(
              Locale.ROOT,
              "--in-flight is 1 to %d here, because each client takes a descriptor: raise the limit"
                  + " with ulimit -n for more.",
              Math.min(MAX_PLACES, descriptors() - OTHER_DESCRIPTORS)));
    }
    if (timeout < 1 || timeout > MAX_TIMEOUT || warmUp < 0 || warmUp > MAX_TIMEOUT) {
      throw LoadtestException.usage(
          "--timeout is 1 to " + MAX_TIMEOUT + " seconds, --warm-up 0 to as many.");
    }
    if (threads < 1 || threads > 64 || threads > inFlight || profile.patience < 0) {
      throw LoadtestException.usage(
          "--threads is 1 to 64 and no more than --in-flight, and --patience is not negative.");
    }
    if (sources < 1 || sources > 256 || (sources > 1 && !target.host().startsWith("127."))) {
      throw LoadtestException.usage("--sources is 1 to 256, and more than 1 to 127.0.0.1 only.");
    }
    double retryRate = profile.retryRate(shape);
    CredentialMint mint = mint();
    EvidenceJudge trusted = judge == null ? EvidenceJudge.by(policy()) : judge;
    Population population = people.population();
    return new LoadPlan(
        target,
        mint,
        new OfferAppraisal(trusted, verify, InstantSource.system()),
        population,
        people.books(population),
        people.accounts,
        shape,
        profile.spacing,
        warmUp,
        warmUpRate(shape),
        sources,
        inFlight,
        threads,
        Duration.ofSeconds(timeout),
        profile.retry(),
        Duration.ofSeconds(profile.patience),
        retryRate);
  }

  private static double warmUpRate(LoadShape shape) {
    double first = shape.segments().getFirst().from();
    return (first > 0 ? first : shape.peak() / 10) / 2;
  }

  private static long descriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : MAX_PLACES + OTHER_DESCRIPTORS;
  }

  /** Whoever tests a load is a flood to others, so a wrong address must not do: it takes a word. */
  private Target target() throws LoadtestException {
    if (server == null) {
      throw LoadtestException.usage(
          "Say which server with --server URL. Try blindbook loadtest --help.");
    }
    try {
      Target target = Target.of(server);
      if (!allowRemote && !target.isLoopback()) {
        throw LoadtestException.usage(
            "That server is not on this machine, and what is a test for one is a flood for"
                + " another: give --allow-remote if it is yours and expects it.");
      }
      return target;
    } catch (IllegalArgumentException e) {
      throw LoadtestException.usage(String.valueOf(e.getMessage()));
    } catch (UnknownHostException e) {
      throw new LoadtestException(
          ExitCode.NO_ANSWER, "The server's name is not known: check --server.");
    }
  }

  private CredentialMint mint() throws LoadtestException {
    try {
      return CredentialMint.read(
          file(credentialKey, "credential.key", "--credential-key FILE"), InstantSource.system());
    } catch (IOException e) {
      throw LoadtestException.usage(String.valueOf(e.getMessage()));
    }
  }

  private AppraisalPolicy policy() throws LoadtestException {
    try {
      return AppraisalPolicy.read(file(policy, "trust.yaml", "--policy FILE"));
    } catch (PolicyException e) {
      throw LoadtestException.usage(String.valueOf(e.getMessage()));
    }
  }

  private Path file(@Nullable Path named, String inDirectory, String option)
      throws LoadtestException {
    if (named != null) {
      return named;
    } else if (dataDirectory != null) {
      return dataDirectory.resolve(inDirectory);
    }
    throw LoadtestException.usage(
        "Clients need credentials and a policy: give --data-dir DIR, or " + option + ".");
  }

  /** One client before all others, so that whoever forgot something hears of it now. */
  private static void probe(LoadRun run) throws LoadtestException, InterruptedException {
    String problem =
        switch (run.probe()) {
          case Outcome.Right _ -> null;
          case Outcome.Wrong wrong ->
              throw new LoadtestException(
                  ExitCode.WRONG,
                  String.format(
                      Locale.ROOT,
                      "The first client got a wrong answer (%d contacts missing, %d invented, %d"
                          + " mistaken): load the file that --write-users wrote for this --seed and"
                          + " --users, wait until the server has it, and try again.",
                      wrong.missing(),
                      wrong.invented(),
                      wrong.mistaken()));
          case Outcome.Refused refused ->
              "The first client was refused ("
                  + refused.reason()
                  + "): wait until the server is ready, and try again.";
          case Outcome.Failed failed ->
              "The first client got no answer: " + failed.cause().replaceFirst("[.]$", "") + ".";
          case Outcome.TimedOut _ -> "The first client got no answer in time.";
        };
    if (problem != null) {
      throw new LoadtestException(ExitCode.NO_ANSWER, problem);
    }
  }

  private int report(LoadPlan plan, LoadRun run)
      throws InterruptedException, IOException, LoadtestException {
    List<Integer> phaseEnds = profile.phaseEnds();
    CountDownLatch printed = new CountDownLatch(1);
    Thread interrupted = new Thread(() -> stop(run, printed), "interrupted");
    Runtime.getRuntime().addShutdownHook(interrupted);
    try {
      PrintWriter err = spec.commandLine().getErr();
      Results results =
          run.run(
              phaseEnds,
              second -> {
                if (!quiet) {
                  err.println(TextReport.line(second));
                  err.flush();
                }
              });
      LoadReport report =
          new LoadReport(settings(plan, phaseEnds.getLast()), results, run.cpuSeconds());
      print(report);
      return exitCode(results);
    } finally {
      printed.countDown();
      forget(interrupted);
    }
  }

  /** Ctrl-C: the run ends early, and the process only once its report is there. */
  private static void stop(LoadRun run, CountDownLatch printed) {
    run.stop();
    try {
      printed.await(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is running: the process ends.
    }
  }

  private void print(LoadReport report) throws IOException, LoadtestException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonReport.write(report, out);
    } else {
      TextReport.write(report, out);
    }
    if (svg != null) {
      try {
        Files.writeString(svg, TimelinePlot.svg(report));
      } catch (IOException e) {
        throw LoadtestException.usage("The plot cannot be written: check --svg.");
      }
    }
  }

  private Settings settings(LoadPlan plan, int seconds) {
    return new Settings(
        profile.name(),
        profile.rate == null ? 0 : profile.rate,
        profile.scale == null ? 0 : profile.scale,
        seconds,
        lower(plan.spacing()),
        lower(plan.retry()),
        lower(verify),
        people.seed,
        people.users,
        people.accounts,
        people.contacts,
        people.registered,
        warmUp,
        timeout,
        inFlight,
        threads);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static int exitCode(Results results) {
    if (results.counts().wrong() > 0) {
      return ExitCode.WRONG;
    }
    return results.counts().right() == 0 ? ExitCode.NO_ANSWER : ExitCode.OK;
  }
}
