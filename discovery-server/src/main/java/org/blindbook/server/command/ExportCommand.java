package org.blindbook.server.command;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.blindbook.edge.files.Access;
import org.blindbook.edge.files.Draft;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.Deployment;
import org.blindbook.server.installation.DeploymentFile;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.installation.RegistrationStores;
import org.blindbook.server.registrations.RegistrationExport;
import org.blindbook.server.registrations.RegistrationExport.Compression;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "export",
    description = {
      "Writes everybody who is registered, as lookup keys and accounts that load reads again.",
      "",
      "All are as they are at one moment, while a server and loads go on. A key gives its phone"
          + " number away to whoever can try all numbers: keep the file as your list of users. In"
          + " mode blinded keys are of one epoch, and of use with the same evaluator's key only.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  blindbook export --data-dir DIR -o users.csv",
      "  blindbook export --data-dir DIR -o users.ndjson.zst --format ndjson --compress zstd",
      "  blindbook export --data-dir DIR | blindbook load --data-dir OTHER --mode truncated -",
      "",
      "Exit codes: 0 all were written, 2 wrong usage or environment; a file is not there then."
    })
final class ExportCommand implements Callable<Integer> {
  @Option(
      names = "--data-dir",
      required = true,
      paramLabel = "DIR",
      description = "the installation's directory")
  Path dataDirectory = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "the file to write, for its owner only; it takes its place when it is complete. Without"
              + " it, standard output")
  @Nullable Path output;

  @Option(
      names = "--format",
      defaultValue = "csv",
      paramLabel = "FORMAT",
      description = "csv (default) or ndjson")
  Format format = Format.csv;

  @Option(
      names = "--compress",
      defaultValue = "none",
      paramLabel = "METHOD",
      description = "none (default), gzip or zstd")
  Method compress = Method.none;

  @Option(
      names = "--epoch",
      paramLabel = "N",
      description = "in mode blinded, the live epoch; without it, the one that serves")
  @Nullable Integer epoch;

  enum Format {
    csv,
    ndjson
  }

  enum Method {
    none,
    gzip,
    zstd
  }

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec spec;

  @Override
  public Integer call() throws OperatorException {
    DataDirectory directory = DataDirectory.existing(dataDirectory);
    Deployment deployment = new DeploymentFile(directory).read();
    deployment.requireUsers();
    if (epoch != null) {
      deployment.requireLive(epoch);
    }
    int wanted = epoch == null ? deployment.serving() : epoch;
    try (RegistrationStore store = RegistrationStores.of(directory).open(wanted)) {
      if (output == null) {
        write(store, unclosed(System.out));
      } else {
        long rows = writeFile(store, output);
        spec.commandLine()
            .getOut()
            .println(String.format(Locale.ROOT, "%,d registrations are in %s.", rows, output));
        spec.commandLine().getOut().flush();
      }
      return ExitCode.OK;
    } catch (StoreException e) {
      throw new OperatorException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new OperatorException(
          (output == null ? "Standard output" : output)
              + " cannot be written: check where it is and the space on its disk; what was written"
              + " is not complete.",
          e);
    }
  }

  private long writeFile(RegistrationStore store, Path file) throws StoreException, IOException {
    try (Draft draft = Draft.besideOthers(file, Access.OWNER)) {
      draft.path().toFile().deleteOnExit(); // an interrupted export leaves no users behind
      long rows = write(store, unclosed(Channels.newOutputStream(draft.channel())));
      draft.replaceTarget();
      return rows;
    }
  }

  private long write(RegistrationStore store, OutputStream out) throws StoreException, IOException {
    try (LoadBar bar = LoadBar.exporting(store.registered())) {
      return new RegistrationExport(
              format == Format.csv, Compression.valueOf(compress.name().toUpperCase(Locale.ROOT)))
          .write(store, out, rows -> bar.reached(0, rows));
    }
  }

  /** Flushed instead; a print stream says nothing of a failure by itself. */
  private static OutputStream unclosed(OutputStream stream) {
    return new FilterOutputStream(stream) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        if (out instanceof PrintStream print && print.checkError()) {
          throw new IOException("standard output is closed or full");
        }
      }

      @Override
      public void close() throws IOException {
        out.flush();
      }
    };
  }
}
