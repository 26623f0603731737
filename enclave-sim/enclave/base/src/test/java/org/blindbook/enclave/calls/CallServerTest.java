package org.blindbook.enclave.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.enclave.SimpleHardware;
import org.blindbook.enclave.session.ChannelKeys;
import org.blindbook.enclave.session.Sessions;
import org.blindbook.enclave.settings.ClientLimits;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.CallFrame;
import org.blindbook.protocol.calls.CallWire;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class CallServerTest {
  private static final int ECHO = 16;
  private static final int DEFECT = 17;
  private static final int ERROR = 18;
  private static final int LATE_ERROR = 19;
  private static final int SILENT = 20;

  /** Answers some calls of its role, breaks on others, and never answers one. */
  private static final class Scripted extends AnsweredCalls {
    Scripted() {
      super(
          new Sessions(
              1,
              new ChannelKeys(
                  new SimpleHardware("", 1),
                  new ClientLimits(Duration.ofMinutes(1), 1, 1, 1, 1),
                  claims -> claims,
                  new SecureRandom(),
                  InstantSource.system()),
              (request, account, ledger) -> {
                throw new IllegalStateException("nobody asks");
              },
              new SecureRandom()));
    }

    @Override
    protected CompletionStage<byte[]> answerOfRole(int operation, byte[] payload)
        throws CallException {
      return switch (operation) {
        case ECHO -> CompletableFuture.completedFuture(payload);
        case DEFECT -> throw new IllegalStateException("a defect");
        case ERROR -> throw new StackOverflowError();
        case LATE_ERROR -> CompletableFuture.failedFuture(new AssertionError("a defect"));
        case SILENT -> new CompletableFuture<>();
        default -> throw new CallException(CallError.BAD_CALL);
      };
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

    void assertRefused(int operation, byte[] payload, CallError error) throws IOException {
      CallFrame answer = call(operation, payload);
      assertThat(answer.kind()).isEqualTo(error.wire());
      assertThat(answer.payload()).isEmpty();
    }
  }

  private static byte[] open(int accountBytes) {
    return ByteBuffer.allocate(8 + accountBytes)
        .putInt(accountBytes)
        .put(new byte[accountBytes])
        .putInt(0)
        .array();
  }

  private static byte[] number(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  @Test
  void callsAreAnsweredRefusedOrFailAloneAndTheServerEndsWithItsHost(@TempDir Path folder)
      throws Exception {
    Path path = folder.resolve("socket");
    Scripted calls = new Scripted();
    CompletableFuture<Void> server =
        CompletableFuture.runAsync(
            () -> {
              try {
                CallServer.serve(path, calls, Thread::startVirtualThread);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    Host host = Host.connect(path);
    assertThat(host.call(CallWire.STATS, new byte[0]).payload()).containsExactly(0, 0, 0, 0, 0);
    assertThat(host.call(ECHO, new byte[9]).payload()).hasSize(9);
    ReceivedOffer offer = ReceivedOffer.decode(host.call(CallWire.OFFER, new byte[32]).payload());
    assertThat(ReceivedClaims.decode(offer.claims()).nonce()).isPresent();

    host.assertRefused(CallWire.OPEN, open(32), CallError.NOT_READY);
    calls.admitClients();
    assertThat(host.call(CallWire.OPEN, open(32)).kind()).isEqualTo(CallFrame.OK);
    assertThat(host.call(CallWire.STATS, new byte[0]).payload()).containsExactly(0, 0, 0, 1, 1);
    host.assertRefused(CallWire.OPEN, open(32), CallError.TOO_MANY_SESSIONS);
    host.assertRefused(CallWire.OPEN, open(31), CallError.BAD_CALL);
    host.assertRefused(CallWire.OPEN, new byte[3], CallError.BAD_CALL);
    host.assertRefused(CallWire.OFFER, new byte[31], CallError.BAD_CALL);
    host.assertRefused(99, new byte[0], CallError.BAD_CALL);
    host.assertRefused(DEFECT, new byte[0], CallError.BAD_CALL);
    host.assertRefused(ERROR, new byte[0], CallError.BAD_CALL);
    host.assertRefused(LATE_ERROR, new byte[0], CallError.BAD_CALL);

    host.socket.write(new CallFrame(43, SILENT, new byte[9]).encode());
    assertThat(host.call(CallWire.CLOSE, number(1)).kind()).isEqualTo(CallFrame.OK);
    host.socket.close();
    server.get(5, TimeUnit.SECONDS);
  }

  /** Calls that nobody computes fill the socket instead of the enclave's memory. */
  @Test
  void theSocketWaitsForCallsThatAreNotComputed(@TempDir Path folder) throws Exception {
    Path path = folder.resolve("socket");
    BlockingQueue<Runnable> computing = new LinkedBlockingQueue<>();
    Thread server =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    CallServer.serve(path, new Scripted(), computing::add);
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
    Host host = Host.connect(path);
    CompletableFuture<Void> sent =
        CompletableFuture.runAsync(
            () -> {
              byte[] payload = new byte[CallFrame.MAX_PAYLOAD];
              for (int i = 0; i < 40; i++) {
                send(host.socket, new CallFrame(i, SILENT, payload).encode());
              }
            });
    while (computing.size() < 7 || server.getState() != Thread.State.WAITING) {
      Thread.sleep(5);
    }
    assertThat(computing).hasSize(7);
    assertThat(sent).isNotDone();
    for (int i = 0; i < 40; i++) {
      computing.take().run();
    }
    sent.get(20, TimeUnit.SECONDS);
    host.socket.close();
    server.join(5_000);
  }

  private static void send(SocketChannel socket, ByteBuffer frame) {
    try {
      while (frame.hasRemaining()) {
        socket.write(frame);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
