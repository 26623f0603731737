package org.blindbook.server.enclavehost;

import static org.blindbook.server.enclavehost.EnclaveConnection.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.codec.binary.Hex;
import org.blindbook.edge.files.WholeFile;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.message.MalformedMessageException;

/**
 * The evaluator's key on disk, as the enclave sealed it, and beside it the public key. Without it
 * every lookup key that was ever made is of no use, so a lost one is never replaced silently.
 */
public final class EvaluatorKeyFile {
  private static final byte[] NONE = {};

  private final Path file;
  private final Path publicFile;

  /**
   * @param publicFile where the public key is kept, for starts that do not wait for the evaluator
   */
  public EvaluatorKeyFile(Path file, Path publicFile) {
    this.file = file;
    this.publicFile = publicFile;
  }

  /** The public key in hexadecimal as an earlier start kept it; empty when none did. */
  public Optional<String> publicKey() {
    try {
      return Optional.of(Files.readString(publicFile)).filter(kept -> kept.matches("[0-9a-f]{64}"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Gives a new enclave its key, or keeps the one that it makes.
   *
   * @param firstStart whether nobody on this host depends on a key yet
   * @return the public key in hexadecimal, which is kept, too
   * @throws EnclaveStartException when the key is missing, cannot be opened or cannot be kept
   */
  String provide(EvaluatorConnection enclave, boolean firstStart)
      throws EnclaveStartException, CallException, UnansweredException, InterruptedException {
    Optional<String> kept = publicKey();
    try {
      if (Files.exists(file)) {
        await(enclave.key(Files.readAllBytes(file)));
      } else if (firstStart && kept.isEmpty()) {
        WholeFile.replace(file, await(enclave.key(NONE)));
      } else {
        throw new EnclaveStartException(
            "The evaluator's key "
                + file
                + " is missing: restore it from a backup. A new one would"
                + " find nobody who was loaded so far.");
      }
      String claimed = claimedBy(enclave);
      if (kept.isEmpty()) {
        WholeFile.replace(publicFile, claimed.getBytes(StandardCharsets.US_ASCII));
      } else if (!kept.get().equals(claimed)) {
        throw new EnclaveStartException(
            "The evaluator's key "
                + file
                + " is another than the one that served before ("
                + publicFile
                + "): restore both from the same backup.");
      }
      return claimed;
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

  private static String claimedBy(EvaluatorConnection enclave)
      throws EnclaveStartException, CallException, UnansweredException, InterruptedException {
    try {
      ReceivedClaims claims = ReceivedClaims.decode(await(enclave.offer(NONE)).claims());
      return Hex.encodeHexString(claims.oprfPublicKey());
    } catch (MalformedMessageException e) {
      throw new EnclaveStartException(
          "The evaluator enclave is of another version: check folders.evaluator-enclave.");
    }
  }
}
