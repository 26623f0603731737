package org.blindbook.enclave.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.blindbook.enclave.sealing.SecretKey;
import org.blindbook.enclave.table.ObliviousTable;
import org.blindbook.enclave.table.TableContext;
import org.blindbook.enclave.table.TableFullException;
import org.blindbook.enclave.table.TableImage;
import org.blindbook.enclave.table.TableRestore;
import org.blindbook.protocol.Aead;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.hardware.Hardware;
import org.jspecify.annotations.Nullable;

/**
 * The table on the host's disk, sealed chunk by chunk.
 *
 * <p>A sealed chunk is a header of 23 bytes ({@code security version u16}, {@code snapshot id 16},
 * {@code number u32}, {@code last u8}) and ChaCha20-Poly1305 under a key of this snapshot, with the
 * number as nonce and the header as associated data. So no chunk can be changed, left out, repeated
 * or taken from another snapshot. Chunk 0 is the sequence number that the table had reached, 8
 * bytes; the image's chunks follow.
 *
 * <p>The key is of the security version that sealed: later versions of the same signer open the
 * snapshot, earlier ones cannot.
 *
 * <p>Not thread-safe: the table thread calls it.
 */
public final class SealedSnapshot {
  /** A table read back, and the update it had reached. */
  public record Restored(ObliviousTable table, long sequence) {}

  private static final String LABEL = "snapshot";
  private static final int ID_BYTES = 16;
  private static final int SEAL_BYTES = 2 + ID_BYTES;
  private static final int HEADER_BYTES = SEAL_BYTES + 4 + 1;

  private final Hardware hardware;
  private final SecureRandom random;
  private final TableContext context;

  private @Nullable Writing writing;
  private @Nullable Reading reading;

  /**
   * @param context of the tables that are restored
   */
  public SealedSnapshot(Hardware hardware, SecureRandom random, TableContext context) {
    this.hardware = hardware;
    this.random = random;
    this.context = context;
  }

  /**
   * Sealed chunk {@code number}; empty after the last. Number 0 begins a new snapshot. A chunk
   * asked for again seals the same again: one number never seals two texts.
   *
   * @param sequence the last update applied to the table
   * @throws CallException {@link CallError#SNAPSHOT_STALE} when the table has changed since number
   *     0
   * @leaks the capacity of the table, the sequence and the number
   */
  public byte[] chunk(int number, long sequence, ObliviousTable table) throws CallException {
    if (number == 0) {
      byte[] seal = new byte[SEAL_BYTES];
      random.nextBytes(seal);
      ByteBuffer.wrap(seal).putShort((short) hardware.securityVersion());
      writing = new Writing(seal, aead(seal), table.image(), sequence);
    }
    if (number < 0) {
      throw new CallException(CallError.BAD_CALL);
    }
    Writing snapshot = writing;
    if (snapshot == null || !snapshot.image.isCurrent()) {
      writing = null;
      throw new CallException(CallError.SNAPSHOT_STALE);
    }
    // The slots of one that is written would outlive the table's growth.
    writing = number > snapshot.image.chunks() ? null : snapshot;
    return snapshot.chunk(number);
  }

  /**
   * Takes the next sealed chunk, and after the last an empty one, which gives the table.
   *
   * @throws CallException {@link CallError#NOT_UNSEALABLE} when these are not the chunks of one
   *     snapshot, in order; the next chunk then begins anew
   * @leaks the capacity of the table, and whether the chunk is genuine
   */
  public Optional<Restored> restore(byte[] sealed) throws CallException {
    Reading snapshot = reading;
    reading = null;
    if (sealed.length == 0 && snapshot != null && snapshot.complete) {
      return Optional.of(new Restored(snapshot.image.finish(), snapshot.sequence));
    }
    if (sealed.length < HEADER_BYTES) {
      throw new CallException(CallError.NOT_UNSEALABLE);
    }
    if (snapshot == null) {
      snapshot = new Reading(aead(sealed), new TableRestore(context));
    }
    snapshot.add(sealed);
    reading = snapshot;
    return Optional.empty();
  }

  /** The key of the snapshot whose chunk this is, of the version that sealed it. */
  private Aead aead(byte[] chunk) throws CallException {
    int version = ByteBuffer.wrap(chunk).getShort() & 0xffff;
    byte[] id = Arrays.copyOfRange(chunk, SEAL_BYTES - ID_BYTES, SEAL_BYTES);
    try {
      return SecretKey.of(hardware, LABEL, version).aeadFor(id);
    } catch (IOException e) {
      // Sealed by a later version, or by none: the hardware gives no such key.
      throw new CallException(CallError.NOT_UNSEALABLE);
    }
  }

  private static byte[] nonce(int number) {
    return ByteBuffer.allocate(Aead.NONCE_BYTES).putInt(number).array();
  }

  private record Writing(byte[] seal, Aead aead, TableImage image, long sequence) {
    byte[] chunk(int number) {
      if (number > image.chunks()) {
        return new byte[0];
      }
      byte[] plaintext =
          number == 0
              ? ByteBuffer.allocate(Long.BYTES).putLong(sequence).array()
              : image.chunk(number - 1);
      byte last = (byte) (number == image.chunks() ? 1 : 0);
      byte[] header = ByteBuffer.allocate(HEADER_BYTES).put(seal).putInt(number).put(last).array();
      byte[] sealed = aead.seal(nonce(number), plaintext, header);
      Arrays.fill(plaintext, (byte) 0);
      return ByteBuffer.allocate(header.length + sealed.length).put(header).put(sealed).array();
    }
  }

  private static final class Reading {
    final Aead aead;
    final TableRestore image;
    int next;
    long sequence;
    boolean complete;

    Reading(Aead aead, TableRestore image) {
      this.aead = aead;
      this.image = image;
    }

    /** No more than a genuine header opens: it was sealed with the key, and under the number. */
    void add(byte[] sealed) throws CallException {
      byte[] header = Arrays.copyOf(sealed, HEADER_BYTES);
      byte[] ciphertext = Arrays.copyOfRange(sealed, HEADER_BYTES, sealed.length);
      byte[] plaintext =
          aead.open(nonce(next), ciphertext, header)
              .orElseThrow(() -> new CallException(CallError.NOT_UNSEALABLE));
      try {
        if (next == 0) {
          sequence = ByteBuffer.wrap(plaintext).getLong();
        } else {
          image.add(plaintext);
        }
      } catch (TableFullException | IllegalArgumentException e) {
        throw new CallException(CallError.NOT_UNSEALABLE);
      }
      Arrays.fill(plaintext, (byte) 0);
      next++;
      complete = header[HEADER_BYTES - 1] != 0;
    }
  }
}
