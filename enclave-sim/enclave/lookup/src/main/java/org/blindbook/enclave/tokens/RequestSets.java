package org.blindbook.enclave.tokens;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.blindbook.enclave.constanttime.Masks;
import org.blindbook.enclave.oblivious.Speck128;
import org.blindbook.enclave.sealing.SecretKey;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.EntryKind;

/**
 * The three sets of one request that matter to its permits.
 *
 * @param paid kept and discarded contacts: what the client's token must cover
 * @param fresh new contacts: what is charged
 * @param kept kept and new contacts: what the next token covers
 */
public record RequestSets(SetHash paid, SetHash fresh, SetHash kept) {

  /** Hashes the sets of requests under one key. */
  public static final class Hasher {
    private final Speck128 permutation;

    public Hasher(SecretKey key) {
      byte[] bytes = key.mac();
      long[] words = new long[Speck128.KEY_WORDS];
      ByteBuffer.wrap(bytes).asLongBuffer().get(words);
      permutation = new Speck128(words);
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(words, 0);
    }

    /**
     * Every entry is hashed, whatever its kind.
     *
     * @leaks the request's capacity
     */
    public RequestSets hash(DiscoveryRequest request) {
      int capacity = request.capacity();
      long[] hi = new long[capacity];
      long[] lo = new long[capacity];
      for (int i = 0; i < capacity; i++) {
        hi[i] = request.keyHi(i);
        lo[i] = request.keyLo(i);
      }
      permutation.encrypt(hi, lo, 0, capacity);
      SetHash prev = sum(request, EntryKind.PREV, hi, lo);
      SetHash fresh = sum(request, EntryKind.NEW, hi, lo);
      SetHash discarded = sum(request, EntryKind.DISCARD, hi, lo);
      Arrays.fill(hi, 0);
      Arrays.fill(lo, 0);
      return new RequestSets(prev.plus(discarded), fresh, prev.plus(fresh));
    }

    private static SetHash sum(DiscoveryRequest request, EntryKind kind, long[] hi, long[] lo) {
      long count = 0;
      long sumHi = 0;
      long sumLo = 0;
      for (int i = 0; i < hi.length; i++) {
        long chosen = Masks.equal(request.kind(i), kind.wire());
        long addend = lo[i] & chosen;
        long next = sumLo + addend;
        sumHi += (hi[i] & chosen) + SetHash.carry(sumLo, addend, next);
        sumLo = next;
        count -= chosen;
      }
      return new SetHash(count, sumHi, sumLo);
    }
  }
}
