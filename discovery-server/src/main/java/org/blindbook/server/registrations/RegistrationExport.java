package org.blindbook.server.registrations;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.codec.binary.Hex;

/**
 * Everybody who is registered, by lookup key and account, in a form that can be loaded. Memory does
 * not depend on how many they are.
 *
 * @param csv whether rows are CSV with a header, else JSON objects
 */
public record RegistrationExport(boolean csv, Compression compression) {
  private static final int ROWS_PER_PROGRESS = 4096;
  private static final int BUFFER_BYTES = 64 * 1024;

  /** How the rows are compressed. */
  public enum Compression {
    NONE,
    GZIP,
    ZSTD
  }

  /**
   * Writes them as they are at one moment, and closes the stream.
   *
   * @param progress is told how many rows were written so far
   * @return how many there are
   * @throws IOException when the stream cannot be written
   */
  public long write(RegistrationStore store, OutputStream stream, LongConsumer progress)
      throws StoreException, IOException {
    try (Writer out =
        new BufferedWriter(
            new OutputStreamWriter(compressed(stream), StandardCharsets.US_ASCII), BUFFER_BYTES)) {
      if (csv) {
        out.write(CsvFormat.KEY + "," + CsvFormat.ACCOUNT + "\n");
      }
      return store.visitRegistered(
          new RegistrationStore.Visitor() {
            private long rows;

            @Override
            public void visit(byte[] key, byte[] account) {
              try {
                out.write(row(Hex.encodeHexString(key), account));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              if (++rows % ROWS_PER_PROGRESS == 0) {
                progress.accept(rows);
              }
            }
          });
    } catch (UncheckedIOException e) {
      throw new IOException("the stream cannot be written", e);
    }
  }

  private OutputStream compressed(OutputStream stream) throws IOException {
    return switch (compression) {
      case NONE -> stream;
      case GZIP -> new GZIPOutputStream(stream, BUFFER_BYTES);
      case ZSTD -> {
        ZstdOutputStream zstd = new ZstdOutputStream(stream);
        zstd.setChecksum(true);
        yield zstd;
      }
    };
  }

  private String row(String key, byte[] account) {
    ByteBuffer bytes = ByteBuffer.wrap(account);
    UUID uuid = new UUID(bytes.getLong(), bytes.getLong());
    return csv
        ? key + "," + uuid + "\n"
        : "{\"key\":\"" + key + "\",\"account_id\":\"" + uuid + "\"}\n";
  }
}
