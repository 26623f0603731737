package org.blindbook.enclave.session;

import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls.Opened;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.message.Offer;

/** The open sessions. */
public final class Sessions {
  private final Map<Long, Session> open = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicInteger opening = new AtomicInteger();
  private final int limit;
  private final ChannelKeys keys;
  private final Service service;
  private final Semaphore memory;
  private final SecureRandom random;

  /**
   * The requests that wait for an acknowledgement or a result may take an eighth of the heap. A
   * client can send a large one and then nothing.
   *
   * @param limit sessions at once
   */
  public Sessions(int limit, ChannelKeys keys, Service service, SecureRandom random) {
    this(limit, Runtime.getRuntime().maxMemory() / 8, keys, service, random);
  }

  Sessions(int limit, long requestBytes, ChannelKeys keys, Service service, SecureRandom random) {
    this.limit = limit;
    this.memory = new Semaphore((int) Math.min(Integer.MAX_VALUE, requestBytes));
    this.keys = keys;
    this.service = service;
    this.random = random;
  }

  /**
   * @leaks how many clients the host has connected, which it knows
   */
  public int count() {
    return open.size();
  }

  /**
   * From now on evidence is waited for elsewhere.
   *
   * @param elsewhere a thread of its own
   * @leaks nothing
   */
  public void quoteOn(Executor elsewhere) {
    keys.quoteOn(elsewhere);
  }

  /**
   * Opens a session; the offer names the channel key that it expects.
   *
   * @leaks nothing: there is no query yet
   */
  public CompletableFuture<Opened> open(byte[] account, byte[] clientNonce) throws CallException {
    if (open.size() + opening.addAndGet(1) > limit) {
      opening.addAndGet(-1);
      throw new CallException(CallError.TOO_MANY_SESSIONS);
    }
    return keys.offer(clientNonce, true)
        .thenApply(offered -> begin(account, offered))
        .whenComplete((opened, failure) -> opening.addAndGet(-1));
  }

  private Opened begin(byte[] account, ChannelKeys.Offered offered) {
    long number = numbers.incrementAndGet();
    open.put(number, new Session(account, offered, service, memory, random));
    return new Opened(number, offered.offer());
  }

  /**
   * @leaks nothing: there is no query
   */
  public CompletableFuture<Offer> offer(byte[] clientNonce) {
    return keys.offer(clientNonce, false).thenApply(ChannelKeys.Offered::offer);
  }

  /**
   * @leaks as {@link Session#receive}
   */
  public CompletableFuture<Received> receive(long number, byte[] message, byte[] ledger)
      throws CallException {
    Session session = open.get(number);
    if (session == null) {
      throw new CallException(CallError.UNKNOWN_SESSION);
    }
    return session.receive(message, ledger);
  }

  /**
   * @leaks nothing
   */
  public void close(long number) {
    Session session = open.remove(number);
    if (session != null) {
      session.wipe();
    }
  }
}
