package org.blindbook.server.installation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.blindbook.edge.files.Access;
import org.jspecify.annotations.Nullable;

/**
 * Where a secret is kept: one file, and another one while it is changed.
 *
 * @param current what is minted with
 * @param other what is accepted besides; usually missing
 * @param longest bytes that either has at most
 */
record SecretFiles(Path current, Path other, int longest) {

  /** What the files hold; the bytes are the caller's, who wipes them. */
  record Content(byte[] current, Optional<byte[]> other) {
    /** Equal for equal contents. */
    byte[] digest() {
      byte[] both = Arrays.copyOf(current, current.length + 1 + other.map(b -> b.length).orElse(0));
      both[current.length] = (byte) (other.isPresent() ? 1 : 0);
      other.ifPresent(b -> System.arraycopy(b, 0, both, current.length + 1, b.length));
      byte[] digest = DigestUtils.sha256(both);
      Arrays.fill(both, (byte) 0);
      return digest;
    }

    void wipe() {
      Arrays.fill(current, (byte) 0);
      other.ifPresent(b -> Arrays.fill(b, (byte) 0));
    }

    @Override
    public String toString() {
      return "Content[redacted]";
    }
  }

  /**
   * @throws OperatorException when the current one is missing, or one cannot be read, is too long,
   *     or is readable by other users
   */
  Content read() throws OperatorException {
    byte[] mints =
        read(current)
            .orElseThrow(
                () -> new OperatorException("The file " + current + " is missing: restore it."));
    return new Content(mints, read(other));
  }

  private Optional<byte[]> read(Path file) throws OperatorException {
    try (InputStream in = Files.newInputStream(file)) {
      if (!Access.OWNER.covers(file)) {
        throw new OperatorException(
            "Other users can read "
                + file
                + ", and whoever reads it can mint credentials: run chmod 600 on it.");
      }
      byte[] bytes = in.readNBytes(longest + 1);
      if (bytes.length > longest) {
        throw damaged(file, null);
      }
      return Optional.of(bytes);
    } catch (NoSuchFileException missing) {
      return Optional.empty();
    } catch (IOException e) {
      throw OperatorException.notUsable(file, e);
    }
  }

  /** What to say when the files hold something that is no secret. */
  OperatorException damaged(IllegalArgumentException cause) {
    return damaged(current, cause);
  }

  private OperatorException damaged(Path file, @Nullable Exception cause) {
    return new OperatorException(
        "The file "
            + file
            + (file.equals(current) && Files.exists(other) ? ", or " + other + " beside it," : "")
            + " is damaged: restore it, or delete both to have a new one made (credentials minted"
            + " so far then stop working, and accounts start afresh).",
        cause);
  }
}
