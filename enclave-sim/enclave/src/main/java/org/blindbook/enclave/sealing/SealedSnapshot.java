package org.blindbook.enclave.sealing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.table.ObliviousTable;
import org.blindbook.enclave.table.TableImage;
import org.blindbook.enclave.table.TableImageException;
import org.blindbook.enclave.table.TableRestore;
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
 * or taken from another snapshot. The first chunk also holds the sequence number that the table had
 * reached.
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
  private static final int VERSION_BYTES = 2;
  private static final int ID_BYTES = 16;
  private static final int SEAL_BYTES = VERSION_BYTES + ID_BYTES;
  private static final int HEADER_BYTES = SEAL_BYTES + 4 + 1;

  private final Hardware hardware;
  private final SecureRandom random;

  private @Nullable Writing writing;
  private @Nullable Reading reading;

  public SealedSnapshot(Hardware hardware, SecureRandom random) {
    this.hardware = hardware;
    this.random = random;
  }

  /**
   * Chunk {@code number}; empty after the last. Number 0 begins a new snapshot. A chunk asked for
   * again is the same again: one number never seals two texts.
   *
   * @param sequence the last update applied to the table
   */
  public Chunk chunk(int number, long sequence, ObliviousTable table) throws CallException {
    if (number < 0) {
      throw new CallException(CallError.BAD_CALL);
    }
    if (number == 0) {
      byte[] id = new byte[ID_BYTES];
      random.nextBytes(id);
      byte[] seal =
          ByteBuffer.allocate(SEAL_BYTES)
              .putShort((short) hardware.securityVersion())
              .put(id)
              .array();
      writing = new Writing(seal, aead(seal), table.image(), sequence);
    }
    Writing snapshot = writing;
    if (snapshot == null || !snapshot.image.isCurrent()) {
      writing = null;
      throw new CallException(CallError.SNAPSHOT_STALE);
    }
    return snapshot.chunk(number);
  }

  /**
   * Takes the next sealed chunk, and after the last an empty one, which gives the table.
   *
   * @throws CallException {@link CallError#NOT_UNSEALABLE} when these are not the chunks of one
   *     snapshot, in order; the next chunk then begins anew
   */
  public Optional<Restored> restore(byte[] sealed) throws CallException {
    Reading snapshot = reading;
    try {
      if (sealed.length == 0) {
        reading = null;
        if (snapshot == null || !snapshot.complete) {
          throw new CallException(CallError.NOT_UNSEALABLE);
        }
        return Optional.of(new Restored(snapshot.image.finish(), snapshot.sequence));
      }
      if (sealed.length < HEADER_BYTES) {
        throw new CallException(CallError.NOT_UNSEALABLE);
      }
      if (snapshot == null) {
        byte[] seal = Arrays.copyOf(sealed, SEAL_BYTES);
        snapshot = new Reading(seal, aead(seal), RandomSource.of(random));
        reading = snapshot;
      }
      snapshot.add(sealed);
      return Optional.empty();
    } catch (CallException | TableImageException e) {
      reading = null;
      throw new CallException(CallError.NOT_UNSEALABLE);
    }
  }

  /** The key of one snapshot, of the version that sealed it. */
  private Aead aead(byte[] seal) throws CallException {
    ByteBuffer in = ByteBuffer.wrap(seal);
    int version = in.getShort() & 0xffff;
    byte[] id = Arrays.copyOfRange(seal, VERSION_BYTES, SEAL_BYTES);
    try {
      return SecretKey.of(hardware, LABEL, version).aeadFor(id);
    } catch (IOException e) {
      // Sealed by a later version, or by none: the hardware gives no such key.
      throw new CallException(CallError.NOT_UNSEALABLE);
    }
  }

  private static byte[] header(byte[] seal, int number, boolean last) {
    return ByteBuffer.allocate(HEADER_BYTES).put(seal).putInt(number).put(flag(last)).array();
  }

  private static byte flag(boolean last) {
    return (byte) (last ? 1 : 0);
  }

  /** A chunk read from the table and not yet sealed, which any thread may do. */
  public static final class Chunk {
    private final Aead aead;
    private final int number;
    private final byte[] header;
    private final byte[] plaintext;

    private Chunk(Aead aead, int number, byte[] header, byte[] plaintext) {
      this.aead = aead;
      this.number = number;
      this.header = header;
      this.plaintext = plaintext;
    }

    /** The sealed chunk; to be called once, because it wipes the text. */
    public byte[] seal() {
      if (plaintext.length == 0) {
        return plaintext;
      }
      byte[] sealed = aead.seal(number, plaintext, header);
      Arrays.fill(plaintext, (byte) 0);
      return ByteBuffer.allocate(header.length + sealed.length).put(header).put(sealed).array();
    }
  }

  private record Writing(byte[] seal, Aead aead, TableImage image, long sequence) {
    Chunk chunk(int number) {
      byte[] plaintext = image.chunk(number);
      if (number == 0) {
        byte[] first = plaintext;
        plaintext = ByteBuffer.allocate(8 + first.length).putLong(sequence).put(first).array();
        Arrays.fill(first, (byte) 0);
      }
      return new Chunk(aead, number, header(seal, number, number == image.chunks() - 1), plaintext);
    }
  }

  private static final class Reading {
    final byte[] seal;
    final Aead aead;
    final TableRestore image;
    int next;
    long sequence;
    boolean complete;

    Reading(byte[] seal, Aead aead, RandomSource random) {
      this.seal = seal;
      this.aead = aead;
      this.image = ObliviousTable.restore(random);
    }

    void add(byte[] sealed) throws CallException, TableImageException {
      boolean last = sealed[HEADER_BYTES - 1] != 0;
      byte[] header = header(seal, next, last);
      if (complete || !Arrays.equals(header, Arrays.copyOf(sealed, HEADER_BYTES))) {
        throw new CallException(CallError.NOT_UNSEALABLE);
      }
      byte[] plaintext =
          aead.open(next, Arrays.copyOfRange(sealed, HEADER_BYTES, sealed.length), header)
              .orElseThrow(() -> new CallException(CallError.NOT_UNSEALABLE));
      if (next == 0) {
        sequence = ByteBuffer.wrap(plaintext).getLong();
        image.add(Arrays.copyOfRange(plaintext, Long.BYTES, plaintext.length));
      } else {
        image.add(plaintext);
      }
      Arrays.fill(plaintext, (byte) 0);
      next++;
      complete = last;
    }
  }
}
