package org.blindbook.server.enclavehost;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.evaluation.EvaluatorCalls;

/** An evaluator enclave, by the words of {@link EvaluatorCalls}. */
public final class EvaluatorConnection extends EnclaveConnection {
  private EvaluatorConnection(CallChannel channel, byte[] settings) {
    super(channel, settings);
  }

  /**
   * @param settings that the enclave was given, as text
   * @throws IOException when nobody listens on that Unix socket
   */
  public static EvaluatorConnection connect(Path socket, byte[] settings) throws IOException {
    return new EvaluatorConnection(CallChannel.connect(socket), settings);
  }

  /** As {@link EvaluatorCalls#key}. */
  CompletionStage<byte[]> key(byte[] sealed) {
    return channel().call(EvaluatorCalls.KEY, sealed, HostWire::bytes);
  }

  /** As {@link EvaluatorCalls#evaluate}. */
  public CompletionStage<byte[]> evaluate(EvaluationRequest request) {
    return channel().callForClient(EvaluatorCalls.EVALUATE, request.encoded(), HostWire::bytes);
  }
}
