package org.blindbook.server.installation;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.function.Supplier;
import org.blindbook.edge.files.WholeFile;
import org.blindbook.server.auth.CredentialKey;
import org.blindbook.server.auth.LoadKey;

/**
 * The secrets of a data directory: each is made of fresh randomness by whoever asks first, and may
 * have another one beside it while it is changed, see {@link SecretRotation}.
 *
 * <p>Asking fails with an {@link OperatorException} when a key cannot be created or read, has
 * another length, or is readable by other users.
 */
public final class InstallationKeys {
  private final SecretFiles credentials;
  private final SecretFiles loaders;

  public InstallationKeys(DataDirectory directory) {
    credentials = credentialFiles(directory);
    loaders = loadFiles(directory);
  }

  static SecretFiles credentialFiles(DataDirectory directory) {
    return new SecretFiles(
        directory.credentialKey(), directory.otherCredentialKey(), CredentialKey.BYTES);
  }

  static SecretFiles loadFiles(DataDirectory directory) {
    return new SecretFiles(directory.loadKey(), directory.otherLoadKey(), LoadKey.BYTES);
  }

  /** The key that mints and verifies the credentials of clients, as it is now. */
  public CredentialKey credentialKey() throws OperatorException {
    make(credentials, CredentialKey::generate);
    return credentialKey(credentials.read());
  }

  /** The same, followed while the process runs. */
  public LiveSecret<CredentialKey> liveCredentialKey() throws OperatorException {
    make(credentials, CredentialKey::generate);
    return LiveSecret.of("credential", credentials, this::credentialKey);
  }

  private CredentialKey credentialKey(SecretFiles.Content content) throws OperatorException {
    if (content.other().isPresent()
        && !CredentialKey.agreeOnPseudonyms(content.current(), content.other().get())) {
      content.wipe();
      throw new OperatorException(
          "The last 32 bytes of "
              + credentials.current()
              + " and of "
              + credentials.other()
              + " differ, so every account would start afresh: change the first 32 only.");
    }
    try {
      return CredentialKey.of(content.current(), content.other());
    } catch (IllegalArgumentException e) {
      throw credentials.damaged(e);
    }
  }

  /** The key that mints and verifies the credentials of loaders, as it is now. */
  public LoadKey loadKey() throws OperatorException {
    make(loaders, LoadKey::generate);
    return loadKey(loaders.read());
  }

  /** The same, followed while the process runs. */
  public LiveSecret<LoadKey> liveLoadKey() throws OperatorException {
    make(loaders, LoadKey::generate);
    return LiveSecret.of("load", loaders, this::loadKey);
  }

  private LoadKey loadKey(SecretFiles.Content content) throws OperatorException {
    try {
      return LoadKey.of(content.current(), content.other());
    } catch (IllegalArgumentException e) {
      throw loaders.damaged(e);
    }
  }

  private static void make(SecretFiles files, Supplier<byte[]> generate) throws OperatorException {
    if (Files.exists(files.current())) {
      return;
    }
    byte[] made = generate.get();
    try {
      WholeFile.create(files.current(), made);
    } catch (IOException e) {
      throw OperatorException.notUsable(files.current(), e);
    } finally {
      Arrays.fill(made, (byte) 0);
    }
  }
}
