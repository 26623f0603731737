package org.blindbook.attestation;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers the signatures that were found valid last. A quote comes with a dozen signatures, of
 * which only the one on the quote itself is new each time: a client that asks for fresh evidence on
 * every connection would spend most of its time on the others.
 *
 * <p>An entry is the SHA-256 of everything the answer depends on, so what is remembered cannot
 * differ from what would be computed. Invalid signatures are not remembered: they may not push out
 * valid ones.
 */
final class KnownSignatures {
  private static final int MAX_ENTRIES = 256;

  private static final Map<ByteBuffer, Boolean> VALID =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Boolean> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  private KnownSignatures() {}

  /**
   * @param parts key, message digest and signature, each of a length that its algorithm fixes;
   *     together they tell algorithms apart
   */
  static ByteBuffer entry(byte[]... parts) {
    return ByteBuffer.wrap(Digests.sha256(List.of(parts)));
  }

  static boolean contains(ByteBuffer entry) {
    synchronized (VALID) {
      return VALID.get(entry) != null;
    }
  }

  static void add(ByteBuffer entry) {
    synchronized (VALID) {
      VALID.put(entry, Boolean.TRUE);
    }
  }
}
