package org.blindbook.server.installation;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.blindbook.edge.files.WholeFile;
import org.blindbook.server.auth.CredentialKey;
import org.blindbook.server.auth.LoadKey;

/**
 * Changes a secret that credentials are made with, without a gap and without a restart: at any
 * moment a running server accepts what was minted a moment ago.
 *
 * <ol>
 *   <li>the new secret is put beside the current one, and a running server accepts both
 *   <li>the two change places: from then on commands mint with the new one
 *   <li>once nobody has an old credential any more, the old one is deleted
 * </ol>
 *
 * <p>Where this ends early, both are accepted, and the rotation is undone by {@link #retire}.
 */
public final class SecretRotation {
  private final DataDirectory directory;
  private final SecretFiles files;
  private final UnaryOperator<byte[]> fresh;
  private final InstantSource clock;
  private final Pause pause;

  /** How this waits; tests do not. */
  public interface Pause {
    void sleep(Duration duration) throws InterruptedException;
  }

  private SecretRotation(
      DataDirectory directory,
      SecretFiles files,
      UnaryOperator<byte[]> fresh,
      InstantSource clock,
      Pause pause) {
    this.directory = directory;
    this.files = files;
    this.fresh = fresh;
    this.clock = clock;
    this.pause = pause;
  }

  /** Of what clients' credentials are made with. Pseudonyms stay the same. */
  public static SecretRotation ofCredentials(
      DataDirectory directory, InstantSource clock, Pause pause) {
    return new SecretRotation(
        directory,
        InstallationKeys.credentialFiles(directory),
        CredentialKey::withFreshAuthentication,
        clock,
        pause);
  }

  /** Of what loaders' credentials are made with. */
  public static SecretRotation ofLoaders(
      DataDirectory directory, InstantSource clock, Pause pause) {
    return new SecretRotation(
        directory, InstallationKeys.loadFiles(directory), old -> LoadKey.generate(), clock, pause);
  }

  /**
   * Changes the secret, and keeps accepting the one of before.
   *
   * @throws OperatorException also when an earlier one is still accepted
   */
  public void rotate() throws OperatorException, InterruptedException {
    SecretFiles.Content content = files.read();
    byte[] next = new byte[0];
    try {
      if (content.other().isPresent()) {
        throw alreadyTwo();
      }
      next = fresh.apply(content.current());
      WholeFile.create(files.other(), next);
      requireOurs(next);
      if (ServeLock.isHeld(directory)) {
        pause.sleep(LiveSecret.TAKEN_OVER_AFTER);
      }
      WholeFile.replace(files.other(), content.current());
      WholeFile.replace(files.current(), next);
    } catch (IllegalArgumentException e) {
      throw files.damaged(e);
    } catch (IOException e) {
      throw directory.notWritable(e);
    } finally {
      content.wipe();
      Arrays.fill(next, (byte) 0);
    }
  }

  /** Of two that rotate at once, one is first. */
  private void requireOurs(byte[] next) throws OperatorException {
    SecretFiles.Content content = files.read();
    boolean ours = Arrays.equals(content.other().orElse(new byte[0]), next);
    content.wipe();
    if (!ours) {
      throw alreadyTwo();
    }
  }

  private OperatorException alreadyTwo() {
    return new OperatorException(
        "Two secrets are accepted already: the last rotation ends with blindbook credential"
            + " retire.");
  }

  /**
   * Refuses what was minted with the secret of before.
   *
   * @param evenIfInUse without waiting until those credentials have expired
   * @param validity how long a credential lasts
   * @throws OperatorException also when there is no secret of before
   */
  public void retire(boolean evenIfInUse, Duration validity) throws OperatorException {
    try {
      if (!Files.exists(files.other())) {
        throw new OperatorException(
            "There is no secret to retire: blindbook credential rotate begins a rotation.");
      }
      Instant rotated = Files.getLastModifiedTime(files.other()).toInstant();
      if (!evenIfInUse && clock.instant().isBefore(rotated.plus(validity))) {
        throw new OperatorException(
            "Credentials of before the rotation are still in use: retire the secret "
                + validity.toHours()
                + " hours after it, or now with --now, which makes clients get new ones.");
      }
      Files.delete(files.other());
    } catch (IOException e) {
      throw directory.notWritable(e);
    }
  }
}
