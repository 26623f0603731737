package org.blindbook.enclave.session;

import java.util.concurrent.CompletableFuture;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.message.MalformedMessageException;

/** What an enclave does for its clients, behind the channel: one request, then one result. */
public interface Service {

  /**
   * Takes a request and charges for it. Whether it is granted only the client is told: one that is
   * not gets a reply, a ledger and a result like any other.
   *
   * @param request as the client wrote it; the service's from now on, who wipes it
   * @param account who asks
   * @param ledger the account's sealed ledger, empty for an account that never asked
   * @throws MalformedMessageException when it is no request of this service
   * @throws CallException when the host has to do something first
   * @leaks the request's size class, and whether it is well-formed and of the epoch served
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
   * The request is granted, or is not and gets a result that says nothing.
   *
   * @param reply for the client, who acknowledges it; tells which
   * @param ledger the account's new sealed ledger; empty where requests cost nothing
   * @param work what is done then
   */
  record Taken(byte[] reply, byte[] ledger, Work work) implements Answer {}

  /** What a request still has to get. One of the two is called, once. */
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
