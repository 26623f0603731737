package org.blindbook.protocol.calls;

import java.util.concurrent.CompletionStage;
import org.blindbook.protocol.loading.SealedBatch;
import org.blindbook.protocol.message.EvaluationReply;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.message.Offer;

/**
 * Everything the host can ask of the enclave. An audit of the trust line starts here: the host has
 * no other way in, and what comes back is ciphertext, a sealed blob, public evidence or a public
 * count.
 *
 * <p>Calls are asynchronous because lookups of many sessions are answered together by one pass over
 * the table. A call that fails completes with a {@link CallException}. Calls of one session are
 * sent one after the other; calls of different sessions may overlap.
 */
public interface EnclaveCalls {

  /** Length of an account name as the enclave sees it: a digest, never an identifier. */
  int ACCOUNT_BYTES = 32;

  /**
   * Opens a session for an account that the host has authenticated.
   *
   * @param account {@value #ACCOUNT_BYTES} bytes; permits and tokens are bound to it
   * @param clientNonce the client's freshness nonce of 32 bytes, or empty; it is quoted in the
   *     claims
   */
  CompletionStage<Opened> open(byte[] account, byte[] clientNonce);

  /**
   * Hands one WebSocket message of the client to its session.
   *
   * @param ledger the account's sealed ledger as last stored, empty when the host has none
   * @leaks the message's size class and position in the protocol; whether the account ran out of
   *     permits (the session then ends before the results)
   */
  CompletionStage<Received> receive(long session, byte[] message, byte[] ledger);

  /** Ends a session and wipes its keys. Unknown sessions are ignored. */
  CompletionStage<Void> close(long session);

  /**
   * Applies registrations and deletions in order. When the stage completes they are visible to
   * every later lookup.
   */
  CompletionStage<Void> update(Update update);

  /** Evidence and claims for somebody who only verifies. */
  CompletionStage<Offer> offer(byte[] clientNonce);

  /**
   * One chunk of the sealed table, counted from 0; an empty array ends the sequence. An update
   * between two chunks of one snapshot fails the later one with {@link CallError#SNAPSHOT_STALE}.
   */
  CompletionStage<byte[]> snapshot(int chunk);

  /**
   * Takes the chunks of a snapshot in order, then an empty array, into an enclave that holds no
   * registration yet. Completes with the sequence number the table has reached; before the last
   * chunk that is 0.
   */
  CompletionStage<Long> restore(byte[] chunk);

  /**
   * Gives an evaluator its key back, or lets it make one. It serves nobody before; the host stores
   * what comes back before it admits anybody.
   *
   * @param sealed the key as it was stored, empty when there never was one
   * @return the sealed key. Fails with {@link CallError#NOT_UNSEALABLE}, and with {@link
   *     CallError#BAD_CALL} in an enclave that is no evaluator or has its key
   */
  CompletionStage<byte[]> evaluatorKey(byte[] sealed);

  /**
   * The lookup keys of identifiers, 16 bytes each, for loading. The identifiers travel sealed to
   * the enclave. Fails with {@link CallError#WRONG_EPOCH} for an epoch that is not served, with
   * {@link CallError#STALE_KEY} for a channel key that is not in use, with {@link
   * CallError#NOT_READY} while no clients are admitted, with {@link CallError#BAD_CALL} for a batch
   * that does not open or has another count than it says, and in an enclave that is no evaluator.
   */
  CompletionStage<byte[]> evaluate(SealedBatch batch);

  /**
   * An {@link EvaluationReply} for a loader that trusts no host: what a client gets, without a
   * session and permits. The request's count is public here. Fails as {@link
   * #evaluate(SealedBatch)}, with {@link CallError#BAD_CALL} when an element is none, and with
   * {@link CallError#TOO_MANY_SESSIONS} when too much is waiting.
   */
  CompletionStage<byte[]> evaluate(EvaluationRequest request);

  /** Public state; depends on no query. */
  CompletionStage<Stats> stats();

  /**
   * A session and the offer to send to its client first.
   *
   * @param session a number the host uses in later calls
   */
  record Opened(long session, Offer offer) {}

  /**
   * What the host does next for a session.
   *
   * @param reply ciphertext to send, or empty
   * @param ledger the account's new sealed ledger, or empty when it did not change; the host stores
   *     it before it sends the reply
   * @param close why the session ends after the reply; {@link SessionEnd#OPEN} when it goes on
   */
  record Received(byte[] reply, byte[] ledger, SessionEnd close) {}

  /**
   * @param records registrations held
   * @param capacity registrations the table takes before it grows
   * @param sequence the last update applied
   * @param sessions open sessions
   * @param batches passes over the table since start
   * @param ready whether every size class runs compiled code and clients may be admitted
   */
  record Stats(
      long records, long capacity, long sequence, int sessions, long batches, boolean ready) {}
}
