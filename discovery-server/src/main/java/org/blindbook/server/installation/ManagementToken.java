package org.blindbook.server.installation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.apache.commons.codec.binary.Hex;
import org.blindbook.edge.files.WholeFile;
import org.jspecify.annotations.Nullable;

/**
 * What admits the messenger's backend to the management interface: a file of 64 hex digits, made at
 * random when it is missing. It is read at each use, so whoever replaces it changes the secret at
 * once.
 */
public final class ManagementToken {
  private static final String SCHEME = "Bearer ";
  private static final int BYTES = 32;

  private final Path file;

  private ManagementToken(Path file) {
    this.file = file;
  }

  /** Makes the file when it is missing. */
  public static ManagementToken of(DataDirectory directory) throws OperatorException {
    Path file = directory.managementToken();
    if (!Files.exists(file)) {
      byte[] token = new byte[BYTES];
      new SecureRandom().nextBytes(token);
      try {
        WholeFile.create(file, (Hex.encodeHexString(token) + "\n").getBytes(US_ASCII));
      } catch (IOException e) {
        throw OperatorException.notUsable(file, e);
      }
    }
    return new ManagementToken(file);
  }

  /**
   * Whether the value of an {@code Authorization} header has the token. Reads a file. Nobody is
   * admitted while that cannot be read, or is too short to be a secret.
   *
   * @param authorization null when the request has none
   */
  public boolean admits(@Nullable String authorization) {
    if (authorization == null || !authorization.startsWith(SCHEME)) {
      return false;
    }
    try {
      byte[] token = Files.readString(file, US_ASCII).strip().getBytes(US_ASCII);
      byte[] given = authorization.substring(SCHEME.length()).strip().getBytes(US_ASCII);
      try {
        return token.length >= 2 * BYTES && MessageDigest.isEqual(token, given);
      } finally {
        Arrays.fill(token, (byte) 0);
      }
    } catch (IOException e) {
      return false;
    }
  }
}
