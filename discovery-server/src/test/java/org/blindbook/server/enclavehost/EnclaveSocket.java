package org.blindbook.server.enclavehost;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.CallFrame;

/** The enclave's end of its socket, for tests: one host, calls answered in whatever order. */
public final class EnclaveSocket implements AutoCloseable {
  private final ServerSocketChannel listening;
  private final ScriptedEnclave enclave;
  private final Semaphore reading = new Semaphore(1);
  private volatile SocketChannel host;

  public EnclaveSocket(Path path, ScriptedEnclave enclave) throws IOException {
    this.enclave = enclave;
    this.listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listening.bind(UnixDomainSocketAddress.of(path));
    Thread.ofPlatform().daemon().name("scripted-enclave").start(this::serve);
  }

  private void serve() {
    try (SocketChannel channel = listening.accept();
        DataInputStream in =
            new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)))) {
      host = channel;
      while (true) {
        reading.acquire();
        reading.release();
        dispatch(CallFrame.read(in));
      }
    } catch (IOException | InterruptedException ended) {
      // the host left, or the test closed this
    }
  }

  private void dispatch(CallFrame call) {
    CompletionStage<byte[]> result;
    try {
      result = enclave.call(call.kind(), call.payload());
    } catch (CallException e) {
      result = ScriptedEnclave.refused(e.error());
    }
    result.whenComplete(
        (payload, failure) ->
            send(
                failure == null
                    ? new CallFrame(call.call(), CallFrame.OK, payload)
                    : new CallFrame(call.call(), errorOf(failure).wire(), new byte[0])));
  }

  private static CallError errorOf(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof CallException refused) {
      return refused.error();
    }
    throw new AssertionError("a scripted enclave fails with refusals only", failure);
  }

  /** From now on at most one more call is read. */
  public void stopReading() throws InterruptedException {
    reading.acquire();
  }

  public void goOnReading() {
    reading.release();
  }

  /** Sends any frame, also one that no enclave should send. */
  public synchronized void send(CallFrame frame) {
    try {
      ByteBuffer bytes = frame.encode();
      while (bytes.hasRemaining()) {
        host.write(bytes);
      }
    } catch (IOException e) {
      // the host left
    }
  }

  /** Ends the way a killed enclave does. */
  @Override
  public void close() throws IOException {
    listening.close();
    if (host != null) {
      host.close();
    }
  }
}
