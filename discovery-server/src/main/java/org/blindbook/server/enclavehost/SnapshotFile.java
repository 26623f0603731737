package org.blindbook.server.enclavehost;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.CallFrame;
import org.blindbook.server.registrations.StoreException;

/**
 * The enclave's sealed table on disk: chunks, each after its 4-byte length, and a length of zero at
 * the end. The host can neither read nor change what is in them; the worst it does by damaging the
 * file is a slower start.
 */
final class SnapshotFile {
  private final Path file;
  private final Path unfinished;

  SnapshotFile(Path file) {
    this.file = file;
    this.unfinished = file.resolveSibling(file.getFileName() + ".tmp");
  }

  /** Where a snapshot's chunks come from; an empty one ends it. */
  interface Chunks {
    byte[] chunk(int number) throws CallException, StoreException, InterruptedException;
  }

  /** Replaces the file by a new snapshot, entirely or not at all. Returns its size in bytes. */
  long write(Chunks chunks)
      throws IOException, CallException, StoreException, InterruptedException {
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
      byte[] chunk;
      int number = 0;
      do {
        chunk = chunks.chunk(number++);
        out.writeInt(chunk.length);
        out.write(chunk);
      } while (chunk.length > 0);
      out.flush();
      channel.force(true);
    } catch (IOException
        | CallException
        | StoreException
        | InterruptedException
        | RuntimeException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder = FileChannel.open(file.resolveSibling("."))) {
      folder.force(true);
    }
    return Files.size(file);
  }

  boolean exists() {
    return Files.exists(file);
  }

  void discard() throws IOException {
    Files.deleteIfExists(file);
  }

  /**
   * Opens the snapshot for reading.
   *
   * @throws EOFException when it was cut off: no part of it is worth sending to the enclave
   */
  Reader open() throws IOException {
    checkLengths();
    return new Reader(file);
  }

  private void checkLengths() throws IOException {
    try (FileChannel channel = FileChannel.open(file);
        DataInputStream in = new DataInputStream(Channels.newInputStream(channel))) {
      long position = 0;
      int length;
      do {
        channel.position(position);
        length = in.readInt();
        position += 4L + length;
        if (length < 0 || length > CallFrame.MAX_PAYLOAD || position > channel.size()) {
          throw new EOFException("the snapshot is cut off");
        }
      } while (length > 0);
    }
  }

  /** The chunks of a snapshot, in order, up to and including the empty one. */
  static final class Reader implements Closeable {
    private final DataInputStream in;

    private Reader(Path file) throws IOException {
      this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
    }

    byte[] next() throws IOException {
      byte[] chunk = new byte[in.readInt()];
      in.readFully(chunk);
      return chunk;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
