package org.blindbook.enclave.session;

import java.util.concurrent.CompletableFuture;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.message.MalformedMessageException;

/** What an enclave does for its clients, behind the channel: one request, then one result. */
public interface Service {

  /**
   * Takes a request and charges for it. Everything that can be refused is refused before anything
   * is charged.
   *
   * @param request as the client wrote it; the service's from now on, who wipes it
   * @param account who asks
   * @param ledger the account's sealed ledger, empty for an account that never asked
   * @throws MalformedMessageException when it is no request of this service
   * @throws CallException when the host has to do something first
   * @leaks see the services: the request's size class, and whether it is refused
   */
  Answer ask(byte[] request, byte[] account, byte[] ledger)
      throws MalformedMessageException, CallException;

  /** What becomes of a request. */
  sealed interface Answer {}

  /**
   * The session ends without an answer to the client.
   *
   * @param reason what the host is told
   */
  record Ended(SessionEnd reason) implements Answer {}

  /**
   * The client's permits do not suffice: the session ends once it is told so.
   *
   * @param reply for the client
   * @param ledger the account's new sealed ledger
   */
  record Refused(byte[] reply, byte[] ledger) implements Answer {}

  /**
   * The request is paid for.
   *
   * @param reply for the client, who acknowledges it
   * @param ledger the account's new sealed ledger; empty when it did not change
   * @param work what is done then
   */
  record Granted(byte[] reply, byte[] ledger, Work work) implements Answer {}

  /** What a granted request still has to get. One of the two is called, once. */
  interface Work {
    /**
     * The result for the client, who wipes nothing of it: the session does.
     *
     * @leaks see the services: the request's size class
     */
    CompletableFuture<byte[]> begin();

    /**
     * The client left before: gives back what was kept for it, and wipes the request.
     *
     * @leaks the request's size class
     */
    void abandon();
  }
}
