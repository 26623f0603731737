package org.blindbook.server.installation;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.blindbook.edge.files.WholeFile;

/**
 * What the running server leaves in its data directory for the operator's other commands, which run
 * in processes of their own. Public, and of no use once the server has stopped.
 */
public final class PublishedStatus {
  private final DataDirectory directory;

  public PublishedStatus(DataDirectory directory) {
    this.directory = directory;
  }

  /** Removes what an earlier server left: it speaks of a port that may be somebody else's now. */
  public void clear() throws OperatorException {
    try {
      Files.deleteIfExists(directory.evaluatorUrl());
      Files.deleteIfExists(directory.epochsStatus());
    } catch (IOException e) {
      throw directory.notWritable(e);
    }
  }

  /**
   * Where {@code load} finds the evaluator of this installation when it is told no other.
   *
   * @param url on this machine, in plain HTTP: no certificate names it
   */
  public void writeEvaluatorUrl(String url) throws OperatorException {
    try {
      write(directory.evaluatorUrl(), url);
    } catch (IOException e) {
      throw directory.notWritable(e);
    }
  }

  /** Empty unless a server runs on this directory, evaluates, and is ready to. */
  public Optional<URI> readEvaluatorUrl() throws OperatorException {
    return ServeLock.isHeld(directory)
        ? read(directory.evaluatorUrl()).map(URI::create)
        : Optional.empty();
  }

  /**
   * @param json what the server says of its epochs
   */
  public void writeEpochs(String json) throws IOException {
    write(directory.epochsStatus(), json);
  }

  /** As {@link #writeEpochs} wrote it; empty when it did not yet. */
  Optional<String> readEpochs() {
    return read(directory.epochsStatus());
  }

  private static void write(Path file, String text) throws IOException {
    WholeFile.replace(file, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
