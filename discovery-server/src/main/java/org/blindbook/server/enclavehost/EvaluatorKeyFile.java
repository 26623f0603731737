package org.blindbook.server.enclavehost;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls;

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
        keep(TableFeed.await(enclave.evaluatorKey(new byte[0])));
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

  private void keep(byte[] sealed) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".tmp");
    Files.deleteIfExists(draft);
    try (FileChannel out =
        FileChannel.open(
            draft,
            Set.of(CREATE_NEW, WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      out.write(ByteBuffer.wrap(sealed));
      out.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder = FileChannel.open(file.resolveSibling("."))) {
      folder.force(true);
    }
  }
}
