package org.blindbook.server.registrations;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.blindbook.protocol.loading.SealedBatch;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.message.EvaluationReply;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.message.Offer;
import org.blindbook.protocol.noise.StaticKey;
import org.blindbook.protocol.oprf.Evaluation;
import org.blindbook.protocol.oprf.Evaluator;
import org.blindbook.protocol.oprf.EvaluatorKey;

/** Host and enclave of an evaluator in one, whose answers a test may change. */
final class ScriptedEvaluator implements AutoCloseable {
  static final int EPOCH = 3;

  final Queue<byte[]> bodies = new ConcurrentLinkedQueue<>();
  final AtomicInteger offers = new AtomicInteger();

  /** The statuses to answer evaluations with first. */
  final Queue<Integer> refusals = new ConcurrentLinkedQueue<>();

  /** Batches that one channel key serves. */
  volatile int batchesPerKey = Integer.MAX_VALUE;

  volatile UnaryOperator<byte[]> answer = bytes -> bytes;
  volatile EvaluatorKey key;

  private final SecureRandom random = new SecureRandom();
  private final HttpServer server;
  private StaticKey channelKey = StaticKey.generate(random);
  private int batches;

  ScriptedEvaluator() throws IOException {
    key = EvaluatorKey.random(random);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/offer", this::offer);
    server.createContext("/v1/evaluations", this::evaluate);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private synchronized void offer(HttpExchange exchange) throws IOException {
    offers.incrementAndGet();
    Claims claims =
        Claims.blinded(
            DeploymentRole.EVALUATOR,
            EPOCH,
            key.publicKey().encode(),
            channelKey.publicKey(),
            1,
            new byte[32],
            new byte[32]);
    respond(exchange, 200, new Offer(claims.encode(), new byte[1], new byte[1]).encode());
  }

  private synchronized void evaluate(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    bodies.add(body);
    Integer refusal = refusals.poll();
    if (refusal != null) {
      exchange.getResponseHeaders().add("retry-after", refusal == 429 ? "86400" : "0");
      respond(exchange, refusal, new byte[0]);
      return;
    }
    try {
      if (EvaluationRequest.is(body)) {
        respond(exchange, 200, answer.apply(blinded(EvaluationRequest.decode(body))));
        return;
      }
      SealedBatch batch = SealedBatch.decode(body);
      if (++batches % batchesPerKey == 0) {
        channelKey = StaticKey.generate(random);
      }
      if (java.util.Arrays.equals(batch.channelKey(), channelKey.publicKey())) {
        respond(exchange, 200, answer.apply(keysOf(batch.open(channelKey, random))));
      } else {
        respond(exchange, 410, new byte[0]);
      }
    } catch (Exception e) {
      respond(exchange, 400, new byte[0]);
    }
  }

  /** What is to come out. */
  byte[] keysOf(List<byte[]> inputs) throws Exception {
    byte[] keys = new byte[16 * inputs.size()];
    List<byte[]> outputs = new Evaluator(key).outputs(inputs);
    for (int i = 0; i < outputs.size(); i++) {
      System.arraycopy(outputs.get(i), 0, keys, 16 * i, 16);
    }
    return keys;
  }

  private byte[] blinded(EvaluationRequest request) throws Exception {
    Evaluation evaluation =
        new Evaluator(key).evaluate(request.elements(), request.count(), request.retryNonce());
    return EvaluationReply.create(EPOCH, evaluation.elements(), evaluation.prove(random)).encoded();
  }

  private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
