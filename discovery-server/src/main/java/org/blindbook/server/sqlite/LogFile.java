package org.blindbook.server.sqlite;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The write-ahead log beside a SQLite file, {@code -wal}, read as <a
 * href="https://sqlite.org/fileformat2.html#the_write_ahead_log">its format</a> says. SQLite takes
 * a log up to the first frame that is damaged, and says nothing about those after it.
 */
public final class LogFile {
  private static final int HEADER_BYTES = 32;
  private static final int FRAME_HEADER_BYTES = 24;
  private static final int MAGIC = 0x377f0682;
  private static final int SMALLEST_PAGE = 512;
  private static final int LARGEST_PAGE = 65_536;

  /** The byte of the index that is locked while any process has the file open. */
  private static final long IN_USE_BYTE = 128;

  private LogFile() {}

  /** What is wrong with a log, as far as it tells by itself. */
  public enum Complaint {
    /** It is no log, or its beginning is damaged: nothing of it is used. */
    HEAD,
    /** A frame is damaged and others follow: those are not used. */
    FRAME,
    /** The last write is not whole: the machine went down at that moment, or it was damaged. */
    END
  }

  /** Whether anything was written to it, which may be in the file by now. */
  public static boolean hasFrames(Path log) throws IOException {
    return Files.exists(log) && Files.size(log) > HEADER_BYTES;
  }

  /**
   * Whether a process has the SQLite file open that this index, {@code -shm}, is of. Not to be
   * asked in a process that has it open itself: its own locks would be lost.
   */
  static boolean isInUse(Path index) throws IOException {
    if (!Files.exists(index)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(index, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock(IN_USE_BYTE, 1, false)) {
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  /**
   * Reads a log that nobody writes to.
   *
   * @return empty when every frame of the last generation is whole
   */
  public static Optional<Complaint> complaint(Path log) throws IOException {
    if (!hasFrames(log)) {
      return Optional.empty();
    }
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(log)))) {
      byte[] head = in.readNBytes(HEADER_BYTES);
      ByteBuffer fields = ByteBuffer.wrap(head);
      int magic = fields.getInt(0);
      int pageBytes = fields.getInt(8);
      Checksum checksum = new Checksum(magic);
      checksum.add(head, 0, 24);
      if ((magic & ~1) != MAGIC
          || pageBytes < SMALLEST_PAGE
          || pageBytes > LARGEST_PAGE
          || Integer.bitCount(pageBytes) != 1
          || !checksum.is(fields.getInt(24), fields.getInt(28))) {
        return Optional.of(Complaint.HEAD);
      }
      return frames(in, pageBytes, fields.getLong(16), checksum);
    }
  }

  /**
   * @param salt of this generation; frames of earlier ones may follow, and are of no use
   */
  private static Optional<Complaint> frames(
      DataInputStream in, int pageBytes, long salt, Checksum checksum) throws IOException {
    byte[] frame = new byte[FRAME_HEADER_BYTES + pageBytes];
    ByteBuffer fields = ByteBuffer.wrap(frame);
    boolean whole = true;
    boolean damaged = false;
    while (true) {
      int length = in.readNBytes(frame, 0, frame.length);
      if (length == 0) {
        return damaged ? Optional.of(Complaint.END) : Optional.empty();
      }
      boolean ofThisGeneration = length < FRAME_HEADER_BYTES || fields.getLong(8) == salt;
      if (ofThisGeneration && !whole) {
        return Optional.of(Complaint.FRAME);
      }
      if (length < frame.length) {
        // SQLite cuts a long log to a size that need not be one of whole frames, of an earlier one.
        return damaged || ofThisGeneration ? Optional.of(Complaint.END) : Optional.empty();
      }
      if (whole) {
        checksum.add(frame, 0, 8);
        checksum.add(frame, FRAME_HEADER_BYTES, pageBytes);
        whole = ofThisGeneration && checksum.is(fields.getInt(16), fields.getInt(20));
        damaged = !whole && ofThisGeneration;
      }
    }
  }

  /**
   * SQLite's: two sums over pairs of 32-bit words, in the byte order that the magic number says.
   */
  private static final class Checksum {
    private final ByteOrder order;
    private int first;
    private int second;

    Checksum(int magic) {
      this.order = (magic & 1) == 1 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    void add(byte[] bytes, int from, int length) {
      ByteBuffer words = ByteBuffer.wrap(bytes, from, length).order(order);
      while (words.hasRemaining()) {
        first += words.getInt() + second;
        second += words.getInt() + first;
      }
    }

    boolean is(int one, int two) {
      return first == one && second == two;
    }
  }
}
