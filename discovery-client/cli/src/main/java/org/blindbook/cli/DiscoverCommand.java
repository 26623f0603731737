package org.blindbook.cli;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.attestation.PolicyException;
import org.blindbook.client.Discovery;
import org.blindbook.client.DiscoveryClient;
import org.blindbook.client.DiscoveryError;
import org.blindbook.client.DiscoveryException;
import org.blindbook.client.Permits;
import org.blindbook.contacts.AddressBook;
import org.blindbook.contacts.AddressBookException;
import org.blindbook.contacts.Skipped;
import org.blindbook.contacts.written.UnknownRegionException;
import org.blindbook.contacts.written.WrittenIdentifiers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "discover",
    description = {
      "Finds which of your contacts are registered.",
      "",
      "The contacts file is a vCard, a table in CSV, LDIF, JSContact, jCard, an export of Telegram"
          + " or Signal, or one phone number, e-mail address or @username a line; its lines that"
          + " cannot be read are listed and the rest is looked up. Nothing about contacts is sent"
          + " before the server's enclave is verified against the policy. Each contact that was not"
          + " looked up before costs the account a permit.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  blindbook discover --explain me.csv --region DE",
      "  blindbook discover --server https://contacts.example.org --contacts me.vcf \\",
      "      --trust trust.yaml --credential \"$CREDENTIAL\" --state ~/.blindbook",
      "  BLINDBOOK_CREDENTIAL=... blindbook discover --server http://127.0.0.1:8080 \\",
      "      --contacts google.csv --trust DIR/trust.yaml --region DE --json",
      "  blindbook discover --server https://contacts.example.org --contacts me.vcf \\",
      "      --trust trust.yaml --evaluator https://evaluator.example.net \\",
      "      --evaluator-trust evaluator.yaml --state ~/.blindbook",
      "",
      "Exit codes: 0 looked up, whether or not anybody was found; 2 wrong usage, file or"
          + " environment; 3 the server is not trusted and was told nothing; 4 the credential was"
          + " refused; 5 not now: no permits left, busy, unreachable, on keys that the policy does"
          + " not name, or another blindbook uses the state: try again later; 6 the server broke"
          + " the protocol; 7 the evaluator did not prove that it used the key that the policy"
          + " names; 130 ended by Ctrl-C."
    })
final class DiscoverCommand implements Callable<Integer> {
  /** Of a process that Ctrl-C ended, as shells have it: 128 and the signal's number. */
  private static final int EXIT_INTERRUPTED = 130;

  @Option(
      names = "--server",
      paramLabel = "URL",
      description = "the service's address; http:// on this machine only")
  @Nullable URI server;

  @Option(names = "--contacts", paramLabel = "FILE", description = "the address book, up to 1 GiB")
  @Nullable Path contacts;

  @Option(
      names = "--explain",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "FILE",
      description =
          "print what each line of the address book is read as, and why not, and stop; needs no"
              + " server and connects to none")
  @Nullable Path explain;

  @Option(
      names = "--credential",
      defaultValue = "${env:BLINDBOOK_CREDENTIAL}",
      paramLabel = "C",
      description =
          "what the messenger's backend minted for the account; better in the environment variable"
              + " BLINDBOOK_CREDENTIAL, which other users of the machine cannot see")
  @Nullable String credential;

  @Option(
      names = "--trust",
      paramLabel = "POLICY",
      description = "which enclaves to trust, in YAML; a development server writes DIR/trust.yaml")
  @Nullable Path policy;

  @Option(
      names = "--region",
      paramLabel = "CC",
      description =
          "the country in which national phone numbers of the file are dialled, such as DE; without"
              + " it they are skipped")
  @Nullable String region;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "where to remember what was paid for, so that the next run pays for new contacts only;"
              + " encrypted with a key in DIR.key, a file beside it")
  @Nullable Path state;

  @Option(
      names = "--recent",
      description =
          "look up among the registrations since the last full discovery, where the service has"
              + " them apart; prints who is new or has changed. Needs --state, and does a full"
              + " discovery when one is due")
  boolean recent;

  @Option(
      names = "--evaluator",
      paramLabel = "URL",
      description =
          "the address of the service that evaluates contacts, where it is not the one that looks"
              + " up")
  @Nullable URI evaluator;

  @Option(
      names = "--evaluator-trust",
      paramLabel = "POLICY",
      description = "which enclaves to trust as the evaluator; by default the policy of --trust")
  @Nullable Path evaluatorPolicy;

  @Option(
      names = "--evaluator-credential",
      defaultValue = "${env:BLINDBOOK_EVALUATOR_CREDENTIAL}",
      paramLabel = "C",
      description =
          "the account's credential at the evaluator, by default that of --credential; better in"
              + " the environment variable BLINDBOOK_EVALUATOR_CREDENTIAL")
  @Nullable String evaluatorCredential;

  @Option(names = "--json", description = "print JSON instead of a table")
  boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec spec;

  @Override
  public Integer call() throws CommandException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    if (explain != null) {
      boolean hasFile = !explain.toString().isEmpty();
      ReadingReport report =
          new ReadingReport(book(hasFile ? explain : given("--contacts", contacts)));
      if (json) {
        report.printJson(out);
      } else {
        report.printTable(out);
      }
      return 0;
    }
    requireOptions();
    if (recent && state == null) {
      throw new CommandException(
          Main.EXIT_CANNOT_RUN,
          "--recent needs --state DIR, which remembers when the last full discovery was.");
    }
    AddressBook book = book(given("--contacts", contacts));
    if (book.identifiers().isEmpty()) {
      throw new CommandException(Main.EXIT_CANNOT_RUN, nobodyIn(book));
    }
    if (!json) {
      ReadingReport.notRead(book)
          .ifPresent(sentence -> spec.commandLine().getErr().println("blindbook: " + sentence));
    }
    DiscoveryReport report;
    try {
      report = report(book, policy(given("--trust", policy)));
    } catch (CancellationException e) {
      // By the user, who was told; the process ends with its signal.
      return EXIT_INTERRUPTED;
    }
    if (json) {
      report.printJson(out);
    } else {
      report.printTable(out);
    }
    return 0;
  }

  /** All at once, as picocli says it of options that are always required. */
  private void requireOptions() {
    List<ArgSpec> missing = new ArrayList<>();
    for (String name : List.of("--server", "--contacts", "--credential", "--trust")) {
      OptionSpec option = spec.findOption(name);
      if (option.getValue() == null) {
        missing.add(option);
      }
    }
    if (!missing.isEmpty()) {
      String names =
          missing.stream()
              .map(
                  option ->
                      "'" + ((OptionSpec) option).longestName() + "=" + option.paramLabel() + "'")
              .collect(Collectors.joining(", "));
      throw new MissingParameterException(
          spec.commandLine(),
          missing,
          missing.size() == 1
              ? "Missing required option: " + names
              : "Missing required options: " + names);
    }
  }

  private <T> T given(String option, @Nullable T value) {
    if (value == null) {
      throw new MissingParameterException(
          spec.commandLine(),
          spec.findOption(option),
          "Missing required option: '" + option + "=" + spec.findOption(option).paramLabel() + "'");
    }
    return value;
  }

  private AddressBook book(Path file) throws CommandException {
    try {
      return AddressBook.read(
          file,
          region == null
              ? WrittenIdentifiers.international()
              : WrittenIdentifiers.dialledIn(region));
    } catch (AddressBookException | UnknownRegionException e) {
      throw new CommandException(Main.EXIT_CANNOT_RUN, String.valueOf(e.getMessage()));
    }
  }

  private static String nobodyIn(AddressBook book) {
    List<Skipped> skipped = book.skipped();
    return "The contacts file holds nobody who could be looked up; the first of %d skipped values is on line %d: %s."
            .formatted(skipped.size(), skipped.get(0).line(), skipped.get(0).reason())
        + ReadingReport.notRead(book).map(sentence -> " " + sentence).orElse("");
  }

  private static AppraisalPolicy policy(Path file) throws CommandException {
    try {
      return AppraisalPolicy.read(file);
    } catch (PolicyException e) {
      throw new CommandException(Main.EXIT_CANNOT_RUN, String.valueOf(e.getMessage()));
    }
  }

  private DiscoveryReport report(AddressBook book, AppraisalPolicy trust)
      throws CommandException, InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    CancelledByUser executor =
        new CancelledByUser(
            err,
            state == null
                ? "Cancelled."
                : "Cancelled. The next run goes on from there, and nothing is paid twice.");
    String ours = given("--credential", credential);
    DiscoveryClient.Builder client =
        DiscoveryClient.builder(given("--server", server))
            .policy(trust)
            .credentials(ours::strip)
            .executor(executor)
            .progress(new DelayLines(err));
    if (evaluator != null) {
      String there = evaluatorCredential == null ? ours : evaluatorCredential;
      client.evaluator(
          evaluator, evaluatorPolicy == null ? trust : policy(evaluatorPolicy), there::strip);
    }
    if (state == null) {
      return report(book, client, executor);
    }
    try (StateDirectory directory = StateDirectory.open(state)) {
      return report(book, client.stateStore(directory.store()).stateKey(directory.key()), executor);
    }
  }

  private DiscoveryReport report(
      AddressBook book, DiscoveryClient.Builder builder, CancelledByUser executor)
      throws CommandException, InterruptedException {
    try {
      DiscoveryClient client = builder.build();
      Discovery discovery =
          executor.await(
              () ->
                  recent
                      ? client.discoverRecent(book.identifiers())
                      : client.discover(book.identifiers()));
      return new DiscoveryReport(book, recent, discovery, permits(client, executor));
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          Main.EXIT_CANNOT_RUN,
          "The value of --server "
              + (evaluator == null ? "" : "or --evaluator ")
              + "cannot be used: "
              + e.getMessage()
              + ".");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DiscoveryException failure) {
        throw new CommandException(exitCode(failure.error()), String.valueOf(failure.getMessage()));
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** What was found is not lost because this cannot be said. */
  private static Optional<Permits> permits(DiscoveryClient client, CancelledByUser executor)
      throws InterruptedException {
    try {
      return executor.await(client::permits);
    } catch (ExecutionException e) {
      return Optional.empty();
    }
  }

  static int exitCode(DiscoveryError error) {
    return switch (error) {
      case UNTRUSTED_SERVER -> 3;
      case UNAUTHENTICATED -> 4;
      case QUOTA_EXHAUSTED, RATE_LIMITED, OVERLOADED, RESTARTING, NETWORK, WRONG_EPOCH ->
          Main.EXIT_NOT_NOW;
      case PROTOCOL_VIOLATION -> 6;
      case UNPROVEN_EVALUATION -> 7;
      case WRONG_ROLE,
          TOKEN_NOT_ACCEPTED,
          TOO_MANY_CONTACTS,
          STATE_UNREADABLE,
          STATE_OF_ANOTHER_ACCOUNT,
          STATE_UNAVAILABLE,
          TOO_MANY_CALLS,
          CANCELLED ->
          Main.EXIT_CANNOT_RUN;
    };
  }
}
