package org.blindbook.server.installation;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.blindbook.edge.files.WholeFile;

/** The file {@code deployment} of a data directory: what the installation is, chosen once. */
public final class DeploymentFile {
  private final DataDirectory directory;

  public DeploymentFile(DataDirectory directory) {
    this.directory = directory;
  }

  /** What an installation shall be, asked for when it is new. */
  public interface Choice {
    /**
     * @throws OperatorException when nothing is chosen, or what does not go together
     */
    Deployment make() throws OperatorException;
  }

  /** How a deployment becomes the next one. */
  public interface Change {
    Deployment of(Deployment now) throws OperatorException;
  }

  /**
   * What this installation is, chosen now when it is new. One that is older than this choice is of
   * mode truncated.
   */
  public Deployment readOrChoose(Choice choice) throws OperatorException {
    Path file = directory.deployment();
    if (!Files.exists(file)) {
      boolean older = Files.exists(directory.registrations(Deployment.NO_EPOCH));
      Deployment first = older ? Deployment.TRUNCATED : choice.make();
      try {
        WholeFile.create(file, bytes(first));
      } catch (IOException e) {
        throw OperatorException.notUsable(file, e);
      }
    }
    return read();
  }

  /**
   * What this installation is now.
   *
   * @throws OperatorException when that is not chosen yet, or the file is damaged
   */
  public Deployment read() throws OperatorException {
    Path file = directory.deployment();
    try {
      return Deployment.parse(Files.readString(file))
          .orElseThrow(
              () ->
                  new OperatorException(
                      "The file " + file + " is damaged: restore it from a backup."));
    } catch (NoSuchFileException e) {
      throw new OperatorException(
          "The data directory " + directory + " is empty: start blindbook serve on it first.", e);
    } catch (IOException e) {
      throw OperatorException.notUsable(file, e);
    }
  }

  /** Changes what this installation is, in one step; of several that change it, one at a time. */
  public Deployment change(Change change) throws OperatorException {
    Path file = directory.deployment();
    try (FileChannel lock = WholeFile.openLock(directory.deploymentLock());
        FileLock held = lock.lock()) {
      Deployment next = change.of(read());
      WholeFile.replace(file, bytes(next));
      return next;
    } catch (IOException e) {
      throw OperatorException.notUsable(file, e);
    }
  }

  private static byte[] bytes(Deployment deployment) {
    return deployment.text().getBytes(StandardCharsets.US_ASCII);
  }
}
