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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.blindbook.edge.files.Access;
import org.blindbook.edge.files.Draft;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.CallFrame;
import org.blindbook.server.registrations.StoreException;

/**
 * The enclave's sealed table on disk: the identity of the store that it was made from, {@value
 * #IDENTITY_BYTES} bytes; then chunks, each after its 4-byte length, and a length of zero at the
 * end. The host can neither read nor change what is in them; the worst it does by damaging the file
 * is a slower start.
 */
final class SnapshotFile {
  private static final int IDENTITY_BYTES = 32;

  private final Path file;
  private boolean interrupted;

  SnapshotFile(Path file) {
    this.file = file;
  }

  /** Where a snapshot's chunks come from; an empty one ends it. */
  interface Chunks {
    byte[] chunk(int number)
        throws CallException, UnansweredException, StoreException, InterruptedException;
  }

  /**
   * Replaces the file by a new snapshot, entirely or not at all.
   *
   * @param store the identity of the store whose registrations are in it
   * @return its size in bytes
   */
  long write(String store, Chunks chunks)
      throws IOException, CallException, UnansweredException, StoreException, InterruptedException {
    try (Draft draft = Draft.ofOnlyWriter(file, Access.OWNER)) {
      DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(draft.channel())));
      out.write(bytes(store));
      byte[] chunk;
      int number = 0;
      do {
        chunk = chunks.chunk(number++);
        out.writeInt(chunk.length);
        out.write(chunk);
      } while (chunk.length > 0);
      out.flush();
      draft.replaceTarget();
    }
    return Files.size(file);
  }

  boolean exists() {
    return Files.exists(file);
  }

  /** It was restored, all of it. */
  void restored() {
    interrupted = false;
  }

  /**
   * The enclave ended while it was restored: because it was stopped, or because of the snapshot.
   *
   * @return whether it is the second time in a row
   */
  boolean interruptedAgain() {
    boolean again = interrupted;
    interrupted = true;
    return again;
  }

  void discard() throws IOException {
    Files.deleteIfExists(file);
  }

  /**
   * Opens the snapshot for reading.
   *
   * @throws IOException when it was cut off or is of another store: no part of it is worth sending
   *     to the enclave
   */
  Reader open(String store) throws IOException {
    checkLengths();
    Reader reader = new Reader(file);
    if (!Arrays.equals(reader.in.readNBytes(IDENTITY_BYTES), bytes(store))) {
      reader.close();
      throw new IOException("the snapshot is of another store");
    }
    return reader;
  }

  private static byte[] bytes(String store) {
    byte[] bytes = store.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length != IDENTITY_BYTES) {
      throw new IllegalArgumentException("a store's identity has another length");
    }
    return bytes;
  }

  private void checkLengths() throws IOException {
    try (FileChannel channel = FileChannel.open(file);
        DataInputStream in = new DataInputStream(Channels.newInputStream(channel))) {
      long position = IDENTITY_BYTES;
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
