package org.blindbook.server.recovery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.function.LongConsumer;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;

/** Reads a file from its beginning to its end, whatever its size. */
final class FileDigest {
  private static final int PIECE_BYTES = 1 << 20;

  private FileDigest() {}

  /** SHA-256 in lower-case hexadecimal. */
  static String of(Path file, LongConsumer progress) throws IOException {
    return read(file, piece -> {}, progress);
  }

  /** Copies it as well, and has the copy on disk. */
  static String copying(Path file, FileChannel copy, LongConsumer progress) throws IOException {
    String digest =
        read(
            file,
            piece -> {
              while (piece.hasRemaining()) {
                copy.write(piece);
              }
            },
            progress);
    copy.force(true);
    return digest;
  }

  private interface Sink {
    void take(ByteBuffer piece) throws IOException;
  }

  private static String read(Path file, Sink sink, LongConsumer progress) throws IOException {
    MessageDigest digest = DigestUtils.getSha256Digest();
    byte[] piece = new byte[PIECE_BYTES];
    long done = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int length = in.read(piece); length > 0; length = in.read(piece)) {
        digest.update(piece, 0, length);
        sink.take(ByteBuffer.wrap(piece, 0, length));
        done += length;
        progress.accept(done);
      }
    }
    return Hex.encodeHexString(digest.digest());
  }
}
