package org.blindbook.server.enclavehost;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.CallFrame;
import org.blindbook.protocol.calls.CallWire;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.calls.Update;
import org.blindbook.protocol.loading.SealedBatch;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.Offer;

/**
 * The host's end of the enclave's socket. Calls may come from any thread and never block: one
 * thread writes, one reads and completes the calls. When the connection ends every call that waits,
 * and every later one, fails with {@link CallError#GONE}.
 *
 * <p>What waits to be written is bounded by the callers: a client connection has at most one call
 * under way, and so has the registration feed.
 */
public final class EnclaveConnection implements EnclaveCalls, Closeable {
  private static final int READ_BUFFER_BYTES = 64 * 1024;
  private static final byte[] NOTHING = {};

  private interface Decoder<T> {
    T decode(byte[] payload) throws CallException, MalformedMessageException;
  }

  private record Pending<T>(Decoder<T> decoder, CompletableFuture<T> result) {
    void complete(CallFrame answer) {
      try {
        if (answer.kind() == 0) {
          result.complete(decoder.decode(answer.payload()));
        } else {
          result.completeExceptionally(new CallException(errorOf(answer.kind())));
        }
      } catch (CallException | MalformedMessageException e) {
        result.completeExceptionally(new CallException(CallError.BAD_CALL));
      }
    }

    private static CallError errorOf(int kind) {
      CallError[] errors = CallError.values();
      return kind <= errors.length ? errors[kind - 1] : CallError.BAD_CALL;
    }
  }

  private final SocketChannel channel;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, Pending<?>> pending = new ConcurrentHashMap<>();
  private final BlockingQueue<ByteBuffer> outbox = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private final Thread writer;

  private EnclaveConnection(SocketChannel channel) {
    this.channel = channel;
    this.writer = Thread.ofPlatform().daemon().name("enclave-writer").unstarted(this::write);
  }

  /**
   * Connects to the enclave that listens on a Unix socket.
   *
   * @throws IOException when nobody listens there
   */
  public static EnclaveConnection connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    EnclaveConnection connection = new EnclaveConnection(channel);
    connection.writer.start();
    Thread.ofPlatform().daemon().name("enclave-reader").start(connection::read);
    return connection;
  }

  /** Completes once the connection has ended, whoever ended it. */
  public CompletableFuture<Void> gone() {
    return gone.copy();
  }

  @Override
  public CompletionStage<Opened> open(byte[] account, byte[] clientNonce) {
    byte[] arguments = CallWire.encode(new CallWire.Open(account, clientNonce));
    return call(CallWire.OPEN, arguments, CallWire::decodeOpened);
  }

  @Override
  public CompletionStage<Received> receive(long session, byte[] message, byte[] ledger) {
    byte[] arguments = CallWire.encode(new CallWire.Receive(session, message, ledger));
    return call(CallWire.RECEIVE, arguments, CallWire::decodeReceived);
  }

  @Override
  public CompletionStage<Void> close(long session) {
    return call(CallWire.CLOSE, CallWire.encodeNumber(session), EnclaveConnection::empty);
  }

  @Override
  public CompletionStage<Void> update(Update update) {
    return call(CallWire.UPDATE, update.encode(), EnclaveConnection::empty);
  }

  @Override
  public CompletionStage<Offer> offer(byte[] clientNonce) {
    return call(CallWire.OFFER, clientNonce, Offer::decode);
  }

  @Override
  public CompletionStage<byte[]> snapshot(int chunk) {
    return call(CallWire.SNAPSHOT, CallWire.encodeNumber(chunk), payload -> payload);
  }

  @Override
  public CompletionStage<Long> restore(byte[] chunk) {
    return call(CallWire.RESTORE, chunk, CallWire::decodeNumber);
  }

  @Override
  public CompletionStage<byte[]> evaluatorKey(byte[] sealed) {
    return call(CallWire.EVALUATOR_KEY, sealed, payload -> payload);
  }

  @Override
  public CompletionStage<byte[]> evaluate(SealedBatch batch) {
    return call(CallWire.EVALUATE, batch.encoded(), payload -> payload);
  }

  @Override
  public CompletionStage<byte[]> evaluate(EvaluationRequest request) {
    return call(CallWire.EVALUATE_BLINDED, request.encoded(), payload -> payload);
  }

  @Override
  public CompletionStage<Stats> stats() {
    return call(CallWire.STATS, NOTHING, CallWire::decodeStats);
  }

  private <T> CompletionStage<T> call(int operation, byte[] arguments, Decoder<T> decoder) {
    CompletableFuture<T> result = new CompletableFuture<>();
    long number = numbers.incrementAndGet();
    pending.put(number, new Pending<>(decoder, result));
    outbox.add(new CallFrame(number, operation, arguments).encode());
    if (gone.isDone()) {
      failPending(); // the call may have come after the sweep of shutDown
    }
    return result;
  }

  private static Void empty(byte[] payload) throws CallException {
    if (payload.length != 0) {
      throw new CallException(CallError.BAD_CALL);
    }
    return null;
  }

  private void write() {
    try {
      while (!gone.isDone()) {
        ByteBuffer frame = outbox.take();
        while (frame.hasRemaining()) {
          channel.write(frame);
        }
      }
    } catch (IOException | InterruptedException ended) {
      close();
    }
  }

  private void read() {
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(Channels.newInputStream(channel), READ_BUFFER_BYTES))) {
      while (true) {
        CallFrame answer = CallFrame.read(in);
        Pending<?> call = pending.remove(answer.call());
        if (call == null) {
          throw new IOException("the enclave answered a call that nobody made");
        }
        call.complete(answer);
      }
    } catch (IOException ended) {
      close();
    }
  }

  /** Ends the connection. The enclave keeps nothing for a host that has left. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException alreadyBroken) {
      // nothing is left to close
    }
    gone.complete(null);
    writer.interrupt();
    failPending();
    outbox.clear();
  }

  private void failPending() {
    for (Long number : pending.keySet()) {
      Pending<?> call = pending.remove(number);
      if (call != null) {
        call.result().completeExceptionally(new CallException(CallError.GONE));
      }
    }
  }
}
