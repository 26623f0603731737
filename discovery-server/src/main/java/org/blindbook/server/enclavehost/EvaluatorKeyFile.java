package org.blindbook.server.enclavehost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.server.files.WholeFile;

/**
 * The evaluator's key on disk, as the enclave sealed it. Without it every lookup key that was ever
 * made is of no use, so a lost one is never replaced silently.
 */
public final class EvaluatorKeyFile {
  private final Path file;

  public EvaluatorKeyFile(Path file) {
    this.file = file;
  }

  /**
   * Gives a new enclave its key, or keeps the one that it makes.
   *
   * @param firstStart whether nothing depends on a key yet
   * @throws EnclaveStartException when the key is missing, cannot be opened or cannot be kept
   */
  void provide(EnclaveCalls enclave, boolean firstStart)
      throws EnclaveStartException, CallException, InterruptedException {
    try {
      if (Files.exists(file)) {
        TableFeed.await(enclave.evaluatorKey(Files.readAllBytes(file)));
      } else if (firstStart) {
        WholeFile.replace(file, TableFeed.await(enclave.evaluatorKey(new byte[0])));
      } else {
        throw new EnclaveStartException(
            "The evaluator's key "
                + file
                + " is missing: restore it from a backup. A new one would"
                + " find nobody who was loaded so far.");
      }
    } catch (IOException e) {
      throw new EnclaveStartException(
          "The evaluator's key " + file + " cannot be read or written: check its owner and disk.");
    } catch (CallException e) {
      if (e.error() != CallError.NOT_UNSEALABLE) {
        throw e;
      }
      throw new EnclaveStartException(
          "The enclave cannot open the evaluator's key "
              + file
              + ": it is damaged, of another platform or of another epoch. Restore it, and the"
              + " folder platform, from a backup.");
    }
  }
}
