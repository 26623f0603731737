package org.blindbook.server.registrations;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Where rows come from: a file, or standard input, which can be read once. */
public final class InputSource {
  /** What stands for standard input where a file is named. */
  public static final String STANDARD_INPUT = "-";

  private final Optional<Path> file;
  private final InputStream standardInput;
  private final boolean bare;

  private InputSource(Optional<Path> file, InputStream standardInput, boolean bare) {
    this.file = file;
    this.standardInput = standardInput;
    this.bare = bare;
  }

  /**
   * With a header or JSON objects.
   *
   * @param operand a path, or {@value #STANDARD_INPUT}
   */
  public static InputSource of(Path operand, InputStream standardInput) {
    return new InputSource(named(operand), standardInput, false);
  }

  /**
   * With nothing but an identifier in each line.
   *
   * @param operand a path, or {@value #STANDARD_INPUT}
   */
  public static InputSource ofIdentifiers(Path operand, InputStream standardInput) {
    return new InputSource(named(operand), standardInput, true);
  }

  private static Optional<Path> named(Path operand) {
    return operand.equals(Path.of(STANDARD_INPUT)) ? Optional.empty() : Optional.of(operand);
  }

  /** Whether it has an identifier in each line and nothing else. */
  boolean isBare() {
    return bare;
  }

  /** Empty for standard input. */
  public Optional<Path> file() {
    return file;
  }

  /** Whether it can be read again, and gives the same. */
  public boolean isRepeatable() {
    return file.filter(Files::isRegularFile).isPresent();
  }

  /** In bytes, as they are on disk; empty where that is not known beforehand. */
  public OptionalLong size() {
    return isRepeatable()
        ? OptionalLong.of(file.map(Path::toFile).orElseThrow().length())
        : OptionalLong.empty();
  }

  /** Begins a sentence. */
  String name() {
    return file.map(Path::toString).orElse("Standard input");
  }

  /**
   * @throws LoadException when it is not there, cannot be read, or is damaged at its start
   */
  DecompressedInput open() throws LoadException {
    if (file.filter(Files::isDirectory).isPresent()) {
      throw new LoadException(name() + " is a directory: name a file.");
    }
    try {
      return DecompressedInput.of(
          file.isPresent() ? Files.newInputStream(file.get()) : unclosed(standardInput));
    } catch (NoSuchFileException e) {
      throw new LoadException(name() + " does not exist: check the path.", e);
    } catch (IOException e) {
      throw unreadable(e);
    } catch (LinkageError e) {
      throw new LoadException(
          "zstd cannot be started: its native library needs a folder for temporary files that can"
              + " be written and allows programs; name one, as in"
              + " JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=DIR.",
          e);
    }
  }

  private static InputStream unclosed(InputStream stream) {
    return new FilterInputStream(stream) {
      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        return in.read(into, offset, length);
      }

      @Override
      public void close() {}
    };
  }

  /** Says in a sentence why reading failed. */
  LoadException unreadable(IOException e) {
    return new LoadException(
        e instanceof DamagedInputException
            ? name()
                + " is compressed, and cut off or damaged: get it again and load it; rows before"
                + " the damage may be loaded already, and loading them twice changes nothing."
            : name() + " cannot be read: check its permissions and its disk.",
        e);
  }
}
