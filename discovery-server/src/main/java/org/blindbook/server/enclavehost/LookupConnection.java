package org.blindbook.server.enclavehost;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import org.blindbook.protocol.lookup.LookupCalls;
import org.blindbook.protocol.lookup.LookupCalls.TableState;
import org.blindbook.protocol.lookup.Update;

/** A lookup enclave, by the words of {@link LookupCalls}. */
public final class LookupConnection extends EnclaveConnection {
  private LookupConnection(CallChannel channel, byte[] settings) {
    super(channel, settings);
  }

  /**
   * @param settings that the enclave was given, as text
   * @throws IOException when nobody listens on that Unix socket
   */
  public static LookupConnection connect(Path socket, byte[] settings) throws IOException {
    return new LookupConnection(CallChannel.connect(socket), settings);
  }

  /** As {@link LookupCalls#update}. */
  CompletionStage<TableState> update(Update update) {
    return channel()
        .call(LookupCalls.UPDATE, HostWire.updateArguments(update), HostWire::tableState);
  }

  /** As {@link LookupCalls#snapshot}. */
  CompletionStage<byte[]> snapshot(int chunk) {
    return channel().call(LookupCalls.SNAPSHOT, HostWire.number(chunk), HostWire::bytes);
  }

  /** As {@link LookupCalls#restore}. */
  CompletionStage<TableState> restore(byte[] chunk) {
    return channel().call(LookupCalls.RESTORE, chunk, HostWire::tableState);
  }

  /** As {@link LookupCalls#reserve}. */
  CompletionStage<TableState> reserve(long total) {
    return channel().call(LookupCalls.RESERVE, HostWire.number(total), HostWire::tableState);
  }
}
