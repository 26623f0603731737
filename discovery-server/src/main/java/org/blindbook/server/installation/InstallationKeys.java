package org.blindbook.server.installation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;
import org.blindbook.edge.files.Access;
import org.blindbook.edge.files.WholeFile;
import org.blindbook.server.auth.CredentialKey;
import org.blindbook.server.auth.LoadCredential;

/**
 * The secrets of a data directory: each is made of fresh randomness by whoever asks first.
 *
 * <p>Asking fails with an {@link OperatorException} when a key cannot be created or read, has
 * another length, or is readable by other users.
 */
public final class InstallationKeys {
  private final DataDirectory directory;

  public InstallationKeys(DataDirectory directory) {
    this.directory = directory;
  }

  /** The key that mints and verifies the credentials of clients. */
  public CredentialKey credentialKey() throws OperatorException {
    return key(directory.credentialKey(), CredentialKey::generate, CredentialKey::of);
  }

  /** The key that mints and verifies the credentials of loaders. */
  public byte[] loadKey() throws OperatorException {
    return key(directory.loadKey(), InstallationKeys::newLoadKey, InstallationKeys::requireLoadKey);
  }

  private static byte[] newLoadKey() {
    byte[] key = new byte[LoadCredential.KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return key;
  }

  private static byte[] requireLoadKey(byte[] bytes) {
    if (bytes.length != LoadCredential.KEY_BYTES) {
      throw new IllegalArgumentException("a load key has another length");
    }
    return bytes;
  }

  private static <T> T key(Path file, Supplier<byte[]> generate, Function<byte[], T> read)
      throws OperatorException {
    try {
      if (!Files.exists(file)) {
        byte[] made = generate.get();
        WholeFile.create(file, made);
        Arrays.fill(made, (byte) 0);
      }
      if (!Access.OWNER.covers(file)) {
        throw new OperatorException(
            "Other users can read "
                + file
                + ", and whoever reads it can mint credentials: run chmod 600 on it.");
      }
      return read.apply(Files.readAllBytes(file));
    } catch (IOException e) {
      throw OperatorException.notUsable(file, e);
    } catch (IllegalArgumentException e) {
      throw new OperatorException(
          "The file "
              + file
              + " is damaged: restore it, or delete it to have a new one made (credentials minted"
              + " so far then stop working).",
          e);
    }
  }
}
