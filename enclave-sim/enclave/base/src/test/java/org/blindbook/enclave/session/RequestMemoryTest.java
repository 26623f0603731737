package org.blindbook.enclave.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.blindbook.enclave.EnclaveClient;
import org.blindbook.enclave.SimpleHardware;
import org.blindbook.enclave.calls.AnsweredCalls;
import org.blindbook.enclave.settings.ClientLimits;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.TokenReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a request takes is given back in every way that a session can go on. */
@Timeout(60)
class RequestMemoryTest {
  private static final byte[] NONE = {};
  private static final byte[] REQUEST = new byte[1_000];

  /** As sent: a tag more. */
  private static final int REQUEST_BYTES = REQUEST.length + 16;

  private final Queue<CompletableFuture<byte[]>> begun = new ArrayDeque<>();

  /** Keeps each request until it is told to answer; refuses those that begin with a 1 or a 2. */
  private final class Keeping implements Service {
    @Override
    public Answer ask(byte[] request, byte[] account, byte[] ledger)
        throws MalformedMessageException, CallException {
      switch (request[0]) {
        case 1 -> throw new MalformedMessageException("it begins with a 1");
        case 2 -> throw new CallException(CallError.NOT_UNSEALABLE);
        case 3 -> {
          return new Ended(SessionEnd.WRONG_EPOCH);
        }
        default -> {
          return new Taken(TokenReply.encode(TokenReply.GRANTED, 0, 0, NONE), NONE, new Kept());
        }
      }
    }
  }

  private final class Kept implements Service.Work {
    @Override
    public CompletableFuture<byte[]> begin() {
      CompletableFuture<byte[]> result = new CompletableFuture<>();
      begun.add(result);
      return result;
    }

    @Override
    public void abandon() {}
  }

  private final class RoomForTwo extends AnsweredCalls {
    RoomForTwo() {
      super(
          new Sessions(
              1_000,
              2L * REQUEST_BYTES,
              new ChannelKeys(
                  new SimpleHardware("", 1),
                  new ClientLimits(Duration.ofMinutes(1), 1_000, 1, 1, 1),
                  claims -> claims,
                  new SecureRandom(),
                  InstantSource.system()),
              new Keeping(),
              new SecureRandom()));
      admitClients();
    }

    @Override
    protected CompletionStage<byte[]> answerOfRole(int operation, byte[] payload)
        throws CallException {
      throw new CallException(CallError.BAD_CALL);
    }
  }

  private final RoomForTwo enclave = new RoomForTwo();

  private EnclaveClient client() throws Exception {
    return new EnclaveClient(enclave, new byte[32], NONE, NONE);
  }

  private EnclaveClient asking() throws Exception {
    EnclaveClient client = client();
    assertThat(client.ask(REQUEST).granted()).isTrue();
    return client;
  }

  private void assertFull() throws Exception {
    CompletionStage<Received> refused = client().begin(REQUEST);
    assertThatThrownBy(() -> refused.toCompletableFuture().join())
        .cause()
        .isInstanceOfSatisfying(
            CallException.class, e -> assertThat(e.error()).isEqualTo(CallError.TOO_MANY_SESSIONS));
  }

  private static byte[] request(int first) {
    byte[] request = REQUEST.clone();
    request[0] = (byte) first;
    return request;
  }

  @Test
  void requestsThatWaitForTheirClientHaveALimit() throws Exception {
    EnclaveClient first = asking();
    asking();
    assertFull();
    assertFull();
    enclave.close(first.session());
    enclave.close(first.session());
    asking();
    assertFull();
  }

  @Test
  void aRequestUnderWayKeepsItsMemoryThoughItsClientHasLeft() throws Exception {
    asking();
    EnclaveClient leaving = asking();
    CompletionStage<Received> result = leaving.beginToAcknowledge();
    enclave.close(leaving.session());
    assertFull();
    begun.remove().complete(new byte[16]);
    assertThat(result.toCompletableFuture()).isCompletedExceptionally();
    asking();
    assertFull();
  }

  @Test
  void aResultOrAFailureGivesItBack() throws Exception {
    for (int i = 0; i < 5; i++) {
      EnclaveClient answered = asking();
      CompletionStage<Received> result = answered.beginToAcknowledge();
      begun.remove().complete(new byte[16]);
      assertThat(result.toCompletableFuture().join().close()).isEqualTo(SessionEnd.COMPLETE);
      EnclaveClient failing = asking();
      failing.beginToAcknowledge();
      begun.remove().completeExceptionally(new CallException(CallError.TOO_MANY_SESSIONS));
      enclave.close(failing.session());
    }
    asking();
    asking();
    assertFull();
  }

  @Test
  void requestsThatAreRefusedKeepNothing() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(client().send(request(1)).close()).isEqualTo(SessionEnd.BAD_REQUEST);
      assertThat(client().begin(request(2)).toCompletableFuture()).isCompletedExceptionally();
      assertThat(client().send(request(3)).close()).isEqualTo(SessionEnd.WRONG_EPOCH);
      EnclaveClient forging = client();
      Received forged =
          enclave
              .receive(forging.session(), new byte[REQUEST_BYTES], NONE)
              .toCompletableFuture()
              .join();
      assertThat(forged.close()).isEqualTo(SessionEnd.BAD_REQUEST);
    }
    asking();
    asking();
    assertFull();
  }
}
