package org.blindbook.enclave.session;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.blindbook.enclave.channel.Responder;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.message.Acknowledgement;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;
import org.jspecify.annotations.Nullable;

/**
 * One client's conversation: handshake, request, acknowledgement, in this order and once. Messages
 * of one session come one after the other.
 */
final class Session {
  private enum Expects {
    HANDSHAKE,
    REQUEST,
    ACKNOWLEDGEMENT,
    NOTHING
  }

  private static final byte[] NONE = {};

  private final byte[] account;
  private final ChannelKeys.Offered offered;
  private final Service service;
  private final Semaphore memory;
  private final SecureRandom random;

  private Expects expects = Expects.HANDSHAKE;
  private @Nullable SecureChannel channel;
  private Service.@Nullable Work work;

  /** Bytes of the request, while it waits for its acknowledgement or its result. */
  private int requestBytes;

  /**
   * @param memory one permit for each byte that requests of all sessions may take
   */
  Session(
      byte[] account,
      ChannelKeys.Offered offered,
      Service service,
      Semaphore memory,
      SecureRandom random) {
    this.account = account;
    this.offered = offered;
    this.service = service;
    this.memory = memory;
    this.random = random;
  }

  /**
   * Takes the client's next message. Anything out of order or not genuine ends the session, and so
   * does a call that fails.
   *
   * @leaks the message's length and position, whether it is genuine, and what the service leaks
   */
  synchronized CompletableFuture<Received> receive(byte[] message, byte[] ledger)
      throws CallException {
    boolean completed = false;
    try {
      CompletableFuture<Received> received =
          switch (expects) {
            case HANDSHAKE -> CompletableFuture.completedFuture(handshake(message));
            case REQUEST -> CompletableFuture.completedFuture(request(message, ledger));
            case ACKNOWLEDGEMENT -> acknowledgement(message);
            case NOTHING -> CompletableFuture.completedFuture(end(SessionEnd.BAD_REQUEST));
          };
      completed = true;
      return received;
    } catch (NoiseException | MalformedMessageException e) {
      return CompletableFuture.completedFuture(end(SessionEnd.BAD_REQUEST));
    } finally {
      if (!completed) {
        wipe();
      }
    }
  }

  private Received handshake(byte[] message) throws NoiseException {
    Responder.Answer answer =
        new Responder(offered.key(), Prologue.of(offered.claims().digest()), random)
            .answer(message);
    channel = answer.channel();
    expects = Expects.REQUEST;
    return new Received(answer.message2(), NONE, SessionEnd.OPEN);
  }

  private Received request(byte[] message, byte[] ledger)
      throws NoiseException, MalformedMessageException, CallException {
    if (!memory.tryAcquire(message.length)) {
      throw new CallException(CallError.TOO_MANY_SESSIONS);
    }
    requestBytes = message.length;
    return switch (service.ask(openChannel().open(message), account, ledger)) {
      case Service.Ended ended -> end(ended.reason());
      case Service.Taken taken -> {
        work = taken.work();
        expects = Expects.ACKNOWLEDGEMENT;
        yield new Received(openChannel().seal(taken.reply()), taken.ledger(), SessionEnd.OPEN);
      }
    };
  }

  private CompletableFuture<Received> acknowledgement(byte[] message)
      throws NoiseException, MalformedMessageException {
    Acknowledgement.check(openChannel().open(message));
    Service.Work paid = work;
    if (paid == null) {
      throw new IllegalStateException("an acknowledgement follows a request");
    }
    work = null;
    expects = Expects.NOTHING;
    int bytes = requestBytes;
    requestBytes = 0;
    // The work goes on when the client leaves, and keeps the request until it is done.
    return paid.begin()
        .whenComplete((result, failure) -> memory.release(bytes))
        .thenApply(this::result);
  }

  private synchronized Received result(byte[] result) {
    try {
      byte[] sealed = openChannel().seal(result);
      wipe();
      return new Received(sealed, NONE, SessionEnd.COMPLETE);
    } finally {
      Arrays.fill(result, (byte) 0); // of a client that is gone, too
    }
  }

  /** The channel, unless the session ended while its answer was computed. */
  private SecureChannel openChannel() {
    if (channel == null) {
      throw new CompletionException(new CallException(CallError.UNKNOWN_SESSION));
    }
    return channel;
  }

  private Received end(SessionEnd reason) {
    wipe();
    return new Received(NONE, NONE, reason);
  }

  /**
   * Ends the session: wipes its keys and gives up its work.
   *
   * @leaks how far the session was, which the host knows
   */
  synchronized void wipe() {
    expects = Expects.NOTHING;
    if (channel != null) {
      channel.wipe();
      channel = null;
    }
    if (work != null) {
      work.abandon();
      work = null;
    }
    memory.release(requestBytes);
    requestBytes = 0;
  }
}
