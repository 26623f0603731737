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
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.CallFrame;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.server.enclavehost.UnansweredException.Reason;

/**
 * Calls and answers as frames on the enclave's socket. Calls may come from any thread and never
 * block: one thread writes, one reads and completes the calls. When the connection ends every call
 * that waits, and every later one, fails with {@link Reason#ENDED}.
 *
 * <p>A call that waits to be written holds its arguments, up to a megabyte. Their number is bounded
 * by whoever calls, but a host that admits ten thousand sessions would hold gigabytes for an
 * enclave that is slow to read. So clients' calls wait in at most {@value #MAX_WAITING_BYTES}
 * bytes; beyond, they fail with {@link Reason#BUSY} and the clients come back. The host's own calls
 * and the ends of sessions are few or small, and nothing works without them: they are always taken.
 */
final class CallChannel implements Closeable {
  static final int MAX_WAITING_BYTES = 64 << 20;

  private static final int READ_BUFFER_BYTES = 64 * 1024;

  /** Reads the result of a call. */
  interface Decoder<T> {
    T decode(byte[] payload) throws MalformedMessageException;
  }

  private record Pending<T>(Decoder<T> decoder, CompletableFuture<T> result) {
    void complete(CallFrame answer) {
      if (answer.kind() != CallFrame.OK) {
        result.completeExceptionally(
            HostWire.refusal(answer.kind())
                .<Exception>map(CallException::new)
                .orElseGet(() -> new UnansweredException(Reason.UNREADABLE)));
        return;
      }
      try {
        result.complete(decoder.decode(answer.payload()));
      } catch (MalformedMessageException e) {
        result.completeExceptionally(new UnansweredException(Reason.UNREADABLE));
      }
    }
  }

  private final SocketChannel socket;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, Pending<?>> pending = new ConcurrentHashMap<>();
  private final BlockingQueue<ByteBuffer> outbox = new LinkedBlockingQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private final Thread writer;

  private CallChannel(SocketChannel socket) {
    this.socket = socket;
    this.writer = Thread.ofPlatform().daemon().name("enclave-writer").unstarted(this::write);
  }

  /**
   * Connects to the enclave that listens on a Unix socket.
   *
   * @throws IOException when nobody listens there
   */
  static CallChannel connect(Path path) throws IOException {
    SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      socket.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    CallChannel channel = new CallChannel(socket);
    channel.writer.start();
    Thread.ofPlatform().daemon().name("enclave-reader").start(channel::read);
    return channel;
  }

  /** Completes once the connection has ended, whoever ended it. */
  CompletableFuture<Void> gone() {
    return gone.copy();
  }

  /**
   * A call for a client.
   *
   * @return fails with a {@link CallException} or an {@link UnansweredException}
   */
  <T> CompletionStage<T> callForClient(int operation, byte[] arguments, Decoder<T> decoder) {
    if (waitingBytes.get() > MAX_WAITING_BYTES) {
      return CompletableFuture.failedFuture(new UnansweredException(Reason.BUSY));
    }
    return call(operation, arguments, decoder);
  }

  /**
   * A call of the host itself.
   *
   * @return fails with a {@link CallException}, or an {@link UnansweredException} that is not
   *     {@link Reason#BUSY}
   */
  <T> CompletionStage<T> call(int operation, byte[] arguments, Decoder<T> decoder) {
    CompletableFuture<T> result = new CompletableFuture<>();
    long number = numbers.incrementAndGet();
    pending.put(number, new Pending<>(decoder, result));
    ByteBuffer frame = new CallFrame(number, operation, arguments).encode();
    waitingBytes.addAndGet(frame.remaining());
    outbox.add(frame);
    if (gone.isDone()) {
      failPending(); // the call may have come after the sweep of close
    }
    return result;
  }

  private void write() {
    try {
      while (!gone.isDone()) {
        ByteBuffer frame = outbox.take();
        int length = frame.remaining();
        while (frame.hasRemaining()) {
          socket.write(frame);
        }
        waitingBytes.addAndGet(-length);
      }
    } catch (IOException | InterruptedException ended) {
      close();
    }
  }

  private void read() {
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(Channels.newInputStream(socket), READ_BUFFER_BYTES))) {
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
      socket.close();
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
        call.result().completeExceptionally(new UnansweredException(Reason.ENDED));
      }
    }
  }
}
