package org.blindbook.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.blindbook.client.DiscoveryException;
import org.blindbook.client.Permits;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "permits",
    description = {
      "Says how many new contacts may still be looked up, and when the account is full again.",
      "",
      "Asks nobody: what is left only the enclave knows. It is an estimate, from what discoveries"
          + " with this state were answered. The lower number holds while no other device of the"
          + " account looks up contacts; the upper one is never exceeded.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  blindbook permits --state ~/.blindbook",
      "  blindbook permits --state ~/.blindbook --json",
      "",
      "Exit codes: 0 printed, also when nothing is known yet; 2 wrong usage, file or environment;"
          + " 5 another blindbook uses the state, try again later."
    })
final class PermitsCommand implements Callable<Integer> {
  @Option(
      names = "--state",
      required = true,
      paramLabel = "DIR",
      description = "the state of blindbook discover; its key is DIR.key")
  Path state = Path.of("");

  @Option(names = "--json", description = "print JSON instead of a sentence")
  boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec spec;

  private final Clock clock;

  PermitsCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() throws CommandException {
    if (!Files.isDirectory(state)) {
      throw new CommandException(
          Main.EXIT_CANNOT_RUN,
          "There is no such state directory: name the one that blindbook discover was given.");
    }
    Optional<Permits> permits = read();
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? json(permits) : sentence(permits));
    out.flush();
    return 0;
  }

  private Optional<Permits> read() throws CommandException {
    try (StateDirectory directory = StateDirectory.open(state)) {
      return Permits.of(directory.store(), directory.key(), clock);
    } catch (DiscoveryException e) {
      throw new CommandException(Main.EXIT_CANNOT_RUN, String.valueOf(e.getMessage()));
    }
  }

  private static String sentence(Optional<Permits> permits) {
    return permits
        .map(PermitsReport::sentence)
        .orElse("Nothing is known yet: run blindbook discover with this state first.");
  }

  private static String json(Optional<Permits> permits) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      PermitsReport.write(permits, json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string refuses to be written to", e);
    }
    return text.toString();
  }
}
