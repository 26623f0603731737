package org.blindbook.enclave.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.CallFrame;
import org.blindbook.protocol.calls.CallWire;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.calls.Update;
import org.blindbook.protocol.loading.SealedBatch;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.message.Offer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallServerTest {
  /** Answers some calls, refuses one, breaks on another, and never answers a third. */
  private static final class Scripted implements EnclaveCalls {
    @Override
    public CompletionStage<Opened> open(byte[] account, byte[] clientNonce) {
      return CompletableFuture.failedFuture(new CallException(CallError.TOO_MANY_SESSIONS));
    }

    @Override
    public CompletionStage<Received> receive(long session, byte[] message, byte[] ledger) {
      return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<Void> close(long session) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> update(Update update) {
      throw new IllegalStateException("a defect");
    }

    @Override
    public CompletionStage<Offer> offer(byte[] clientNonce) {
      return CompletableFuture.completedFuture(new Offer(clientNonce, new byte[1], new byte[2]));
    }

    @Override
    public CompletionStage<byte[]> snapshot(int chunk) {
      return CompletableFuture.completedFuture(new byte[chunk]);
    }

    @Override
    public CompletionStage<Long> restore(byte[] chunk) {
      return CompletableFuture.completedFuture(77L);
    }

    @Override
    public CompletionStage<byte[]> evaluatorKey(byte[] sealed) {
      return CompletableFuture.completedFuture(sealed);
    }

    @Override
    public CompletionStage<byte[]> evaluate(SealedBatch batch) {
      return CompletableFuture.completedFuture(new byte[16 * batch.count()]);
    }

    @Override
    public CompletionStage<byte[]> evaluate(EvaluationRequest request) {
      return CompletableFuture.completedFuture(new byte[32 * request.capacity()]);
    }

    @Override
    public CompletionStage<Stats> stats() {
      return CompletableFuture.completedFuture(new Stats(1, 2, 3, 4, 5, true));
    }
  }

  private record Host(SocketChannel socket, DataInputStream in) {
    static Host connect(Path path) throws Exception {
      while (true) {
        try {
          SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(path));
          return new Host(socket, new DataInputStream(Channels.newInputStream(socket)));
        } catch (SocketException notYet) {
          Thread.sleep(5);
        }
      }
    }

    CallFrame call(int operation, byte[] payload) throws IOException {
      socket.write(new CallFrame(42, operation, payload).encode());
      CallFrame answer = CallFrame.read(in);
      assertThat(answer.call()).isEqualTo(42);
      return answer;
    }
  }

  @Test
  void callsAreAnsweredRefusedOrFailAloneAndTheServerEndsWithItsHost(@TempDir Path folder)
      throws Exception {
    Path path = folder.resolve("socket");
    CompletableFuture<Void> server =
        CompletableFuture.runAsync(
            () -> {
              try {
                CallServer.serve(path, new Scripted(), Thread::startVirtualThread);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    Host host = Host.connect(path);
    CallFrame stats = host.call(CallWire.STATS, new byte[0]);
    assertThat(stats.kind()).isZero();
    assertThat(CallWire.decodeStats(stats.payload()).sequence()).isEqualTo(3);
    assertThat(host.call(CallWire.SNAPSHOT, CallWire.encodeNumber(9)).payload()).hasSize(9);
    assertThat(CallWire.decodeNumber(host.call(CallWire.RESTORE, new byte[5]).payload()))
        .isEqualTo(77);
    assertThat(Offer.decode(host.call(CallWire.OFFER, new byte[32]).payload()).claims())
        .hasSize(32);

    byte[] open = CallWire.encode(new CallWire.Open(new byte[32], new byte[0]));
    assertThat(host.call(CallWire.OPEN, open).kind())
        .isEqualTo(1 + CallError.TOO_MANY_SESSIONS.ordinal());
    assertThat(host.call(CallWire.OPEN, new byte[3]).kind())
        .isEqualTo(1 + CallError.BAD_CALL.ordinal());
    assertThat(host.call(99, new byte[0]).kind()).isEqualTo(1 + CallError.BAD_CALL.ordinal());
    assertThat(host.call(CallWire.UPDATE, new Update(1, new byte[0]).encode()).kind())
        .isEqualTo(1 + CallError.BAD_CALL.ordinal());

    byte[] receive = CallWire.encode(new CallWire.Receive(1, new byte[9], new byte[0]));
    host.socket.write(new CallFrame(43, CallWire.RECEIVE, receive).encode());
    assertThat(host.call(CallWire.CLOSE, CallWire.encodeNumber(1)).kind()).isZero();
    host.socket.close();
    server.get(5, java.util.concurrent.TimeUnit.SECONDS);
  }
}
