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
import org.blindbook.edge.files.Access;
import org.blindbook.edge.files.Draft;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.CallFrame;
import org.blindbook.server.registrations.Checkpoint;
import org.blindbook.server.registrations.StoreException;

/**
 * The enclave's sealed table on disk. A head of {@value #HEAD_BYTES} bytes: a number that says what
 * the file is, then where it comes from: the store's identity, the checkpoint's sequence number and
 * its name. Then chunks, each after its 4-byte length, and a length of zero at the end. The host
 * can neither read nor change what is in them; the worst it does by damaging the file is a slower
 * start.
 */
final class SnapshotFile {
  /** "BBSNAP" and the version of this layout. */
  private static final long MAGIC = 0x4242534e41500002L;

  private static final int IDENTITY_BYTES = 32;
  private static final int HEAD_BYTES =
      Long.BYTES + IDENTITY_BYTES + Long.BYTES + Checkpoint.NAME_LENGTH;

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
   * @param origin of what is in it
   * @return its size in bytes
   */
  long write(SnapshotOrigin origin, Chunks chunks)
      throws IOException, CallException, UnansweredException, StoreException, InterruptedException {
    try (Draft draft = Draft.ofOnlyWriter(file, Access.OWNER)) {
      DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(draft.channel())));
      writeHead(origin, out);
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
   * @throws IOException when it cannot be read, was cut off or is none of this version: no part of
   *     it is worth sending to the enclave
   */
  Reader open() throws IOException {
    checkLengths();
    DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
    try {
      return new Reader(in, readHead(in));
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static void writeHead(SnapshotOrigin origin, DataOutputStream out) throws IOException {
    out.writeLong(MAGIC);
    out.write(bytes(origin.store(), IDENTITY_BYTES));
    out.writeLong(origin.checkpoint().sequence());
    out.write(bytes(origin.checkpoint().name(), Checkpoint.NAME_LENGTH));
  }

  private static SnapshotOrigin readHead(DataInputStream in) throws IOException {
    if (in.readLong() != MAGIC) {
      throw new IOException("this is no snapshot of this version");
    }
    String store = text(in, IDENTITY_BYTES);
    long sequence = in.readLong();
    return new SnapshotOrigin(store, new Checkpoint(sequence, text(in, Checkpoint.NAME_LENGTH)));
  }

  private static byte[] bytes(String text, int length) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length != length) {
      throw new IllegalArgumentException("a name of a store or of a checkpoint has another length");
    }
    return bytes;
  }

  private static String text(DataInputStream in, int length) throws IOException {
    return new String(in.readNBytes(length), StandardCharsets.US_ASCII);
  }

  private void checkLengths() throws IOException {
    try (FileChannel channel = FileChannel.open(file);
        DataInputStream in = new DataInputStream(Channels.newInputStream(channel))) {
      long position = HEAD_BYTES;
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
    private final SnapshotOrigin origin;

    private Reader(DataInputStream in, SnapshotOrigin origin) {
      this.in = in;
      this.origin = origin;
    }

    SnapshotOrigin origin() {
      return origin;
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
