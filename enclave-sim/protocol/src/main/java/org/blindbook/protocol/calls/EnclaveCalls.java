package org.blindbook.protocol.calls;

import java.util.concurrent.CompletionStage;
import org.blindbook.protocol.message.Offer;

/**
 * What the host can ask of any enclave. An audit of the trust line starts here, and goes on at the
 * calls of the enclave's own role: the host has no other way in, and what comes back is ciphertext,
 * a sealed blob, public evidence or a public count.
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
   * @leaks nothing: there is no query yet
   */
  CompletionStage<Opened> open(byte[] account, byte[] clientNonce);

  /**
   * Hands one WebSocket message of the client to its session.
   *
   * @param ledger the account's sealed ledger as last stored, empty when the host has none. One
   *     that does not open fails the call with {@link CallError#NOT_UNSEALABLE} and ends the
   *     session; the host discards it.
   * @leaks the message's size class and position in the protocol, and whether it is genuine
   */
  CompletionStage<Received> receive(long session, byte[] message, byte[] ledger);

  /** Ends a session and wipes its keys. Unknown sessions are ignored. */
  CompletionStage<Void> close(long session);

  /** Evidence and claims for somebody who only verifies. */
  CompletionStage<Offer> offer(byte[] clientNonce);

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
   * @param sessions open sessions
   * @param ready whether clients may be admitted
   */
  record Stats(int sessions, boolean ready) {}
}
