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
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.CallFrame;

/** Serves an enclave's calls to one host on a Unix socket. */
public final class CallServer {
  /** Of calls that were read and are not computed; then the socket has to wait. */
  private static final int MAX_WAITING_BYTES = 16 << 20;

  /** What a call takes besides its payload. */
  private static final int CALL_BYTES = 64;

  private static final byte[] NOTHING = {};

  private final AnsweredCalls calls;
  private final SocketChannel host;
  private final ReentrantLock writing = new ReentrantLock();
  private final Semaphore room = new Semaphore(MAX_WAITING_BYTES);

  private CallServer(AnsweredCalls calls, SocketChannel host) {
    this.calls = calls;
    this.host = host;
  }

  /**
   * Waits for the host, then serves it until it disconnects.
   *
   * @param path of the socket; made here, and taken away once the host is connected
   * @param workers compute the calls
   */
  public static void serve(Path path, AnsweredCalls calls, Executor workers) throws IOException {
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
      int bytes = CALL_BYTES + frame.payload().length;
      room.acquireUninterruptibly(bytes);
      workers.execute(
          () -> {
            serve(frame);
            room.release(bytes);
          });
    }
  }

  /** A defect fails its own call only; its message might name a secret, so it goes nowhere. */
  private void serve(CallFrame frame) {
    CompletionStage<byte[]> answer;
    try {
      answer = calls.answer(frame.kind(), frame.payload());
    } catch (CallException | RuntimeException | Error e) {
      refuse(frame, e);
      return;
    }
    answer.whenComplete(
        (payload, failure) -> {
          if (failure == null) {
            write(new CallFrame(frame.call(), CallFrame.OK, payload));
          } else {
            refuse(frame, failure);
          }
        });
  }

  private void refuse(CallFrame frame, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    CallError error = cause instanceof CallException refused ? refused.error() : CallError.BAD_CALL;
    write(new CallFrame(frame.call(), error.wire(), NOTHING));
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
