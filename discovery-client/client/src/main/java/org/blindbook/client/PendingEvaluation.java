package org.blindbook.client;

import java.util.List;
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.edge.message.SizeClasses;
import org.blindbook.protocol.oprf.OprfException;

/**
 * An evaluation that was planned and perhaps sent. Seed and contacts give every byte of the
 * request: repeated, it is the same request, which is charged once.
 *
 * <p>The evaluator sees the retry nonce. Whoever knows the blinds learns the contacts. So neither
 * can be computed from the other: both come from the seed, which is stored with the contacts it is
 * for, is used for no others, and is never sent.
 *
 * @param seed {@value #SEED_BYTES} random bytes
 * @param contacts at least one; in the order in which they are sent
 */
record PendingEvaluation(byte[] seed, List<Identifier> contacts) {
  static final int SEED_BYTES = 32;

  private static final Derivation NONCES = new Derivation("blindbook evaluation retry nonce v1");
  private static final Derivation BLINDS = new Derivation("blindbook evaluation blinds v1");

  /**
   * @param asker whose device it is
   */
  byte[] retryNonce(ClientState asker) {
    return asker.retryNonce(NONCES.bytes(seed, new byte[0], ClientState.REQUEST_NONCE_BYTES));
  }

  /**
   * The contacts, blinded, and padded to their size class.
   *
   * @leaks the size class, and the lengths of the contacts' canonical forms, by time
   */
  Blinding blinding(ClientState asker) {
    List<byte[]> inputs = contacts.stream().map(LookupKey::blindedInput).toList();
    try {
      int capacity = SizeClasses.holding(contacts.size()).orElseThrow();
      return new Blinding(inputs, capacity, retryNonce(asker), BLINDS.numbers(seed));
    } catch (OprfException e) {
      throw new IllegalStateException("identifiers are short, and a class has room for them", e);
    }
  }

  @Override
  public String toString() {
    return "PendingEvaluation[redacted]";
  }
}
