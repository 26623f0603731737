package org.blindbook.server.registrations;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * What is in plain, gzip or zstd bytes, told apart by the first of them and never by a name. Of
 * several gzip members or zstd frames all are read. Of damaged bytes, what comes before the damage
 * is read.
 *
 * <p>zstd takes memory by the window that the writer chose, 128 MiB at most.
 */
final class DecompressedInput extends InputStream {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

  /** Of a frame to skip, with which some compressors begin; its first byte is any of sixteen. */
  private static final byte[] ZSTD_SKIPPED = {0x50, 0x2a, 0x4d, 0x18};

  private static final int MAGIC_BYTES = 4;

  /** Counts, and remembers whether it is the bytes or their reading that failed. */
  private static final class Source extends FilterInputStream {
    private long bytes;
    private boolean failed;

    Source(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        int count = super.read(into, offset, length);
        bytes += Math.max(0, count);
        return count;
      } catch (IOException e) {
        failed = true;
        throw e;
      }
    }
  }

  private final Source source;
  private final InputStream in;

  private DecompressedInput(Source source, InputStream in) {
    this.source = source;
    this.in = in;
  }

  /**
   * Takes the stream over, also when this fails.
   *
   * @throws DamagedInputException when the compressed bytes are damaged at their start
   */
  static DecompressedInput of(InputStream stream) throws IOException {
    Source source = new Source(stream);
    try {
      BufferedInputStream buffered = new BufferedInputStream(source, BUFFER_BYTES);
      buffered.mark(MAGIC_BYTES);
      byte[] magic = buffered.readNBytes(MAGIC_BYTES);
      buffered.reset();
      return new DecompressedInput(source, decompressed(magic, buffered));
    } catch (IOException e) {
      stream.close();
      throw source.failed ? e : new DamagedInputException(e);
    } catch (LinkageError e) {
      stream.close();
      throw e;
    }
  }

  private static InputStream decompressed(byte[] magic, InputStream in) throws IOException {
    if (startsWith(magic, GZIP)) {
      return GzipCompressorInputStream.builder()
          .setInputStream(in)
          .setDecompressConcatenated(true)
          .get();
    }
    byte[] ofAnySkipped = magic.clone();
    if (magic.length == MAGIC_BYTES) {
      ofAnySkipped[0] &= (byte) 0xf0;
    }
    return startsWith(magic, ZSTD) || startsWith(ofAnySkipped, ZSTD_SKIPPED)
        ? new ZstdInputStream(in)
        : in;
  }

  private static boolean startsWith(byte[] bytes, byte[] prefix) {
    return bytes.length >= prefix.length
        && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * @throws DamagedInputException when the compressed bytes are damaged
   */
  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    try {
      return in.read(into, offset, length);
    } catch (IOException e) {
      throw source.failed ? e : new DamagedInputException(e);
    }
  }

  /** Bytes of the file that were taken so far, as they are there. */
  long bytesTaken() {
    return source.bytes;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
