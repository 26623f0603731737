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
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
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

/** The enclave's end of its socket, for tests: one host, calls answered in whatever order. */
public final class EnclaveSocket implements AutoCloseable {
  private final ServerSocketChannel listening;
  private final EnclaveCalls enclave;
  private volatile SocketChannel host;

  public EnclaveSocket(Path path, EnclaveCalls enclave) throws IOException {
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
        CallFrame call = CallFrame.read(in);
        dispatch(call);
      }
    } catch (IOException ended) {
      // the host left, or the test closed this
    }
  }

  private void dispatch(CallFrame call) throws IOException {
    byte[] in = call.payload();
    try {
      switch (call.kind()) {
        case CallWire.OPEN -> {
          CallWire.Open open = CallWire.decodeOpen(in);
          answer(call, enclave.open(open.account(), open.clientNonce()), CallWire::encode);
        }
        case CallWire.RECEIVE -> {
          CallWire.Receive receive = CallWire.decodeReceive(in);
          answer(
              call,
              enclave.receive(receive.session(), receive.message(), receive.ledger()),
              CallWire::encode);
        }
        case CallWire.CLOSE -> answer(call, enclave.close(CallWire.decodeNumber(in)), v -> none());
        case CallWire.UPDATE -> answer(call, enclave.update(Update.decode(in)), v -> none());
        case CallWire.OFFER -> answer(call, enclave.offer(in), Offer::encode);
        case CallWire.SNAPSHOT ->
            answer(call, enclave.snapshot((int) CallWire.decodeNumber(in)), chunk -> chunk);
        case CallWire.RESTORE -> answer(call, enclave.restore(in), CallWire::encodeNumber);
        case CallWire.EVALUATE ->
            answer(call, enclave.evaluate(SealedBatch.decode(in)), keys -> keys);
        case CallWire.EVALUATE_BLINDED ->
            answer(call, enclave.evaluate(EvaluationRequest.decode(in)), reply -> reply);
        case CallWire.STATS -> answer(call, enclave.stats(), CallWire::encode);
        default -> throw new CallException(CallError.BAD_CALL);
      }
    } catch (CallException e) {
      send(new CallFrame(call.call(), 1 + e.error().ordinal(), none()));
    } catch (MalformedMessageException e) {
      throw new AssertionError("the host lets a malformed batch through", e);
    }
  }

  private <T> void answer(CallFrame call, CompletionStage<T> result, Function<T, byte[]> encode) {
    result.whenComplete(
        (value, failure) ->
            send(
                failure instanceof CallException refused
                    ? new CallFrame(call.call(), 1 + refused.error().ordinal(), none())
                    : new CallFrame(call.call(), 0, encode.apply(value))));
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

  private static byte[] none() {
    return new byte[0];
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
