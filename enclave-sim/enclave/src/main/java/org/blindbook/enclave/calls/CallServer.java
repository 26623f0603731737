package org.blindbook.enclave.calls;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.CallFrame;
import org.blindbook.protocol.calls.CallWire;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.calls.Update;
import org.blindbook.protocol.loading.SealedBatch;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.message.MalformedMessageException;

/** Serves {@link EnclaveCalls} to one host on a Unix socket. */
public final class CallServer {
  private static final int OK = 0;
  private static final byte[] NOTHING = {};

  private final EnclaveCalls calls;
  private final SocketChannel host;
  private final ReentrantLock writing = new ReentrantLock();

  private CallServer(EnclaveCalls calls, SocketChannel host) {
    this.calls = calls;
    this.host = host;
  }

  /**
   * Waits for the host, then serves it until it disconnects.
   *
   * @param path of the socket; made here, and taken away once the host is connected
   * @param workers compute the calls
   */
  public static void serve(Path path, EnclaveCalls calls, Executor workers) throws IOException {
    SocketChannel host;
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(path));
      host = socket.accept();
    } finally {
      Files.deleteIfExists(path);
    }
    try (host) {
      new CallServer(calls, host).readCalls(workers);
    }
  }

  private void readCalls(Executor workers) throws IOException {
    DataInputStream in = new DataInputStream(Channels.newInputStream(host));
    while (true) {
      CallFrame frame;
      try {
        frame = CallFrame.read(in);
      } catch (EOFException e) {
        return;
      }
      workers.execute(() -> serve(frame));
    }
  }

  private void serve(CallFrame frame) {
    CompletionStage<byte[]> answer;
    try {
      answer = dispatch(frame);
    } catch (CallException | RuntimeException e) {
      // A defect fails its own call only; its message might name a secret, so it goes nowhere.
      write(new CallFrame(frame.call(), 1 + errorOf(e).ordinal(), NOTHING));
      return;
    }
    answer.whenComplete(
        (payload, failure) ->
            write(
                failure == null
                    ? new CallFrame(frame.call(), OK, payload)
                    : new CallFrame(frame.call(), 1 + errorOf(failure).ordinal(), NOTHING)));
  }

  private CompletionStage<byte[]> dispatch(CallFrame frame) throws CallException {
    byte[] payload = frame.payload();
    return switch (frame.kind()) {
      case CallWire.OPEN -> {
        CallWire.Open open = CallWire.decodeOpen(payload);
        yield calls.open(open.account(), open.clientNonce()).thenApply(CallWire::encode);
      }
      case CallWire.RECEIVE -> {
        CallWire.Receive receive = CallWire.decodeReceive(payload);
        yield calls
            .receive(receive.session(), receive.message(), receive.ledger())
            .thenApply(CallWire::encode);
      }
      case CallWire.CLOSE -> calls.close(CallWire.decodeNumber(payload)).thenApply(v -> NOTHING);
      case CallWire.UPDATE -> calls.update(Update.decode(payload)).thenApply(v -> NOTHING);
      case CallWire.OFFER -> calls.offer(payload).thenApply(offer -> offer.encode());
      case CallWire.SNAPSHOT -> calls.snapshot(chunkNumber(payload));
      case CallWire.RESTORE -> calls.restore(payload).thenApply(CallWire::encodeNumber);
      case CallWire.EVALUATOR_KEY -> calls.evaluatorKey(payload);
      case CallWire.EVALUATE -> calls.evaluate(decoded(payload, SealedBatch::decode));
      case CallWire.EVALUATE_BLINDED -> calls.evaluate(decoded(payload, EvaluationRequest::decode));
      case CallWire.STATS -> calls.stats().thenApply(CallWire::encode);
      default -> throw new CallException(CallError.BAD_CALL);
    };
  }

  private interface Decoder<T> {
    T decode(byte[] payload) throws MalformedMessageException;
  }

  private static <T> T decoded(byte[] payload, Decoder<T> decoder) throws CallException {
    try {
      return decoder.decode(payload);
    } catch (MalformedMessageException e) {
      throw new CallException(CallError.BAD_CALL);
    }
  }

  private static int chunkNumber(byte[] payload) throws CallException {
    long number = CallWire.decodeNumber(payload);
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw new CallException(CallError.BAD_CALL);
    }
    return (int) number;
  }

  private static CallError errorOf(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof CallException refused ? refused.error() : CallError.BAD_CALL;
  }

  private void write(CallFrame frame) {
    ByteBuffer bytes = frame.encode();
    writing.lock();
    try {
      while (bytes.hasRemaining()) {
        host.write(bytes);
      }
    } catch (IOException e) {
      // The host is gone; the reader notices and ends the enclave.
    } finally {
      writing.unlock();
    }
  }
}
