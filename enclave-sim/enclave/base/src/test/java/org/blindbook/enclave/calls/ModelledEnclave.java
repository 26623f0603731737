package org.blindbook.enclave.calls;

import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.enclave.fuzz.RepeatableRandom;
import org.blindbook.enclave.session.Sessions;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.CallWire;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.TokenReply;
import org.blindbook.protocol.noise.Handshake;
import org.blindbook.protocol.noise.SecureChannel;

/**
 * An enclave and a model of it: what each call has to be answered with, how many sessions are open,
 * and how much memory their requests take. Any other answer fails; so does a failure that is no
 * {@link CallError}.
 */
public final class ModelledEnclave {
  /** As {@code sessions.max} is set for tests. */
  public static final int MOST_SESSIONS = 100;

  private static final byte[] NONE = {};

  /** In whose place a message is genuine, or what a session waits for. */
  public enum Place {
    HANDSHAKE,
    REQUEST,
    ACKNOWLEDGEMENT,
    NOWHERE
  }

  /**
   * What a client sends, and what the host has to hear of it where it is genuine.
   *
   * @param end {@link SessionEnd#OPEN} when the session goes on
   */
  public record Message(byte[] bytes, Place genuine, SessionEnd end) {}

  /** A sealed ledger; of no account when it is damaged. */
  public record Ledger(byte[] bytes, int account) {
    public static final Ledger EMPTY = new Ledger(NONE, -1);
  }

  private static final class Session {
    final int account;
    final ReceivedClaims claims;
    Place expects = Place.HANDSHAKE;
    int requestBytes;
    boolean wiped;

    Session(int account, ReceivedClaims claims) {
      this.account = account;
      this.claims = claims;
    }

    void end() {
      expects = Place.NOWHERE;
      requestBytes = 0;
      wiped = true;
    }
  }

  /** An acknowledged request, whose result is on its way. */
  private record Due(Session session, int requestBytes, CompletionStage<byte[]> answer) {}

  private final AnsweredCalls enclave;
  private final RepeatableRandom random;
  private final Runnable work;
  private final Semaphore memory;
  private final int allMemory;

  private final Map<Long, Session> open = new HashMap<>();
  private final List<Long> closed = new ArrayList<>();
  private final List<Ledger> ledgers = new ArrayList<>();
  private final List<Due> due = new ArrayList<>();

  /** The channel keys of the last two offers' claims: an enclave knows no more. */
  private final Deque<ByteBuffer> keys = new ArrayDeque<>();

  private byte[] recordedClaims = NONE;

  /**
   * @param enclave without sessions
   * @param work does what the enclave does by threads of its own otherwise
   */
  public ModelledEnclave(AnsweredCalls enclave, RepeatableRandom random, Runnable work) {
    this.enclave = enclave;
    this.random = random;
    this.work = work;
    this.memory = memory(enclave);
    this.allMemory = memory.availablePermits();
  }

  /** What an enclave's requests may take, a permit for each byte. */
  public static Semaphore memory(AnsweredCalls enclave) {
    Object sessions = field(AnsweredCalls.class, "sessions", enclave);
    return (Semaphore) field(Sessions.class, "memory", sessions);
  }

  private static Object field(Class<?> owner, String name, Object of) {
    try {
      Field field = owner.getDeclaredField(name);
      field.setAccessible(true);
      return field.get(of);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("there is no such field any more: " + name, e);
    }
  }

  /** From now on messages of a client are genuine in sessions of these claims. */
  public void messagesAreFor(byte[] claimsDigest) {
    recordedClaims = claimsDigest;
  }

  public List<Long> openSessions() {
    return List.copyOf(open.keySet());
  }

  /** What the session waits for; nothing when it is not open. */
  public Place expected(long session) {
    Session held = open.get(session);
    return held == null ? Place.NOWHERE : held.expects;
  }

  /** Numbers of sessions of this sequence that are no longer open. */
  public List<Long> closedSessions() {
    return closed;
  }

  /** What this sequence's sessions were charged to. */
  public List<Ledger> ledgers() {
    return ledgers;
  }

  /** Makes a call as it travels; every failure is the stage's. */
  public CompletionStage<byte[]> begin(int operation, byte[] payload) {
    try {
      return enclave.answer(operation, payload);
    } catch (CallException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The answer to a call that is not refused. */
  public static byte[] answered(CompletionStage<byte[]> call) {
    CompletableFuture<byte[]> answer = call.toCompletableFuture();
    require(answer.isDone(), "there is no answer");
    return answer.join();
  }

  /** A call is refused, and for this reason. */
  public static void refused(CompletionStage<byte[]> call, CallError reason) {
    CompletableFuture<byte[]> answer = call.toCompletableFuture();
    require(answer.isDone(), "there is no answer, but should be " + reason);
    require(answer.isCompletedExceptionally(), "is not refused, but should be " + reason);
    Throwable failure = answer.handle((none, thrown) -> thrown).join();
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (!(cause instanceof CallException refused) || refused.error() != reason) {
      throw new AssertionError("should be " + reason, failure);
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  /** The session's number, or 0 when none is to be had. */
  public long open(int account, byte[] nonce) {
    boolean full = open.size() >= MOST_SESSIONS;
    CompletionStage<byte[]> call = begin(CallWire.OPEN, fields(account(account), nonce));
    if (full) {
      refused(call, CallError.TOO_MANY_SESSIONS);
      return 0;
    }
    ByteBuffer answer = ByteBuffer.wrap(answered(call));
    long number = answer.getLong();
    ReceivedClaims claims = claims(answer.slice());
    require(open.put(number, new Session(account, claims)) == null, "a number is given twice");
    return number;
  }

  public ReceivedClaims offer(byte[] nonce) {
    return claims(ByteBuffer.wrap(answered(begin(CallWire.OFFER, nonce))));
  }

  private ReceivedClaims claims(ByteBuffer offer) {
    byte[] bytes = new byte[offer.remaining()];
    offer.get(bytes);
    try {
      ReceivedClaims claims = ReceivedClaims.decode(ReceivedOffer.decode(bytes).claims());
      ByteBuffer key = ByteBuffer.wrap(claims.channelKey());
      if (!key.equals(keys.peekLast())) {
        keys.addLast(key);
      }
      while (keys.size() > 2) {
        keys.removeFirst();
      }
      return claims;
    } catch (MalformedMessageException e) {
      throw new AssertionError("an offer that nobody can read", e);
    }
  }

  private static byte[] account(int number) {
    byte[] account = new byte[EnclaveCalls.ACCOUNT_BYTES];
    Arrays.fill(account, (byte) number);
    return account;
  }

  /** Hands a message to any session, and a ledger with it. */
  public void receive(long number, Message message, Ledger ledger) {
    Session session = open.get(number);
    byte[] payload = receivePayload(number, message.bytes, ledger.bytes);
    CompletionStage<byte[]> call =
        expected(number) == Place.HANDSHAKE
            ? random.repeating(() -> begin(CallWire.RECEIVE, payload))
            : begin(CallWire.RECEIVE, payload);
    if (session == null) {
      refused(call, CallError.UNKNOWN_SESSION);
    } else if (!isGenuine(message, session)) {
      leaves(session, call, SessionEnd.BAD_REQUEST);
    } else {
      switch (session.expects) {
        case HANDSHAKE -> {
          session.expects = Place.REQUEST;
          received(call, SessionEnd.OPEN, Handshake.MESSAGE_BYTES);
        }
        case REQUEST -> requested(session, message, ledger, call);
        case ACKNOWLEDGEMENT -> acknowledged(session, message, call);
        case NOWHERE -> throw new AssertionError("nothing is genuine here");
      }
    }
  }

  private boolean isGenuine(Message message, Session session) {
    return switch (session.expects) {
      case HANDSHAKE ->
          message.genuine == Place.HANDSHAKE
              && Arrays.equals(session.claims.digest(), recordedClaims)
              && keys.contains(ByteBuffer.wrap(session.claims.channelKey()));
      case REQUEST, ACKNOWLEDGEMENT -> message.genuine == session.expects;
      case NOWHERE -> false;
    };
  }

  private void requested(
      Session session, Message message, Ledger ledger, CompletionStage<byte[]> call) {
    if (message.end != SessionEnd.OPEN) {
      leaves(session, call, message.end);
    } else if (ledger.bytes.length > 0 && ledger.account != session.account) {
      session.end();
      refused(call, CallError.NOT_UNSEALABLE);
    } else {
      session.expects = Place.ACKNOWLEDGEMENT;
      session.requestBytes = message.bytes.length;
      ByteBuffer sealed =
          received(call, SessionEnd.OPEN, SecureChannel.sealedLength(TokenReply.BYTES));
      byte[] next = new byte[sealed.remaining()];
      sealed.get(next);
      require(next.length > 0, "a request that leaves the ledger alone");
      ledgers.add(new Ledger(next, session.account));
    }
  }

  private void acknowledged(Session session, Message message, CompletionStage<byte[]> call) {
    if (message.end == SessionEnd.COMPLETE) {
      due.add(new Due(session, session.requestBytes, call));
      session.requestBytes = 0;
      session.expects = Place.NOWHERE;
    } else {
      leaves(session, call, message.end);
    }
  }

  private static void leaves(Session session, CompletionStage<byte[]> call, SessionEnd reason) {
    session.end();
    received(call, reason, 0);
  }

  /** Checks end and reply; gives what is left, the ledger. */
  private static ByteBuffer received(CompletionStage<byte[]> call, SessionEnd end, int replyBytes) {
    ByteBuffer answer = ByteBuffer.wrap(answered(call));
    byte wire = answer.get();
    require(wire == end.wire(), "a session ends with " + wire + " instead of " + end);
    int length = answer.getInt();
    require(length == replyBytes, "a reply has " + length + " bytes instead of " + replyBytes);
    answer.position(answer.position() + length);
    require(answer.getInt() == answer.remaining(), "the ledger's length is wrong");
    require(!answer.hasRemaining() || end == SessionEnd.OPEN, "a ledger with a session that ended");
    return answer;
  }

  public void close(long number) {
    require(answered(begin(CallWire.CLOSE, number(number))).length == 0, "close says something");
    Session session = open.remove(number);
    if (session != null) {
      session.end();
      closed.add(number);
    }
  }

  /** Lets the enclave work, and takes what it owes. */
  public void work() {
    work.run();
    for (Due each : due) {
      if (each.session.wiped) {
        refused(each.answer, CallError.UNKNOWN_SESSION);
      } else {
        ByteBuffer answer = ByteBuffer.wrap(answered(each.answer));
        require(answer.get() == SessionEnd.COMPLETE.wire(), "a result does not end the session");
        require(answer.getInt() > 0, "there is no result");
      }
    }
    due.clear();
  }

  /** What the enclave says of itself, and the memory that it counts. */
  public void check() {
    ByteBuffer stats = ByteBuffer.wrap(answered(begin(CallWire.STATS, NONE)));
    int sessions = stats.getInt();
    require(sessions == open.size(), sessions + " sessions instead of " + open.size());
    require(stats.get() == 1 && !stats.hasRemaining(), "it is not ready");
    int held =
        open.values().stream().mapToInt(session -> session.requestBytes).sum()
            + due.stream().mapToInt(each -> each.requestBytes).sum();
    int taken = allMemory - memory.availablePermits();
    require(taken == held, taken + " bytes are taken instead of " + held);
  }

  /** Ends every session: then nothing of them is left. */
  public void leave() {
    openSessions().forEach(this::close);
    work();
    check();
    require(memory.availablePermits() == allMemory, "memory is lost");
    closed.clear();
    ledgers.clear();
  }

  /** A session's number as it travels. */
  public static byte[] number(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  /** Arguments of {@link EnclaveCalls#open} as they travel. */
  public static byte[] fields(byte[] first, byte[] second) {
    return ByteBuffer.allocate(8 + first.length + second.length)
        .putInt(first.length)
        .put(first)
        .putInt(second.length)
        .put(second)
        .array();
  }

  /** Arguments of {@link EnclaveCalls#receive} as they travel. */
  public static byte[] receivePayload(long session, byte[] message, byte[] ledger) {
    byte[] fields = fields(message, ledger);
    return ByteBuffer.allocate(Long.BYTES + fields.length).putLong(session).put(fields).array();
  }
}
