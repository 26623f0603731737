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
import java.util.function.UnaryOperator;
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.edge.blinding.PublicKey;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.protocol.evaluation.EvaluationReply;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.message.Offer;
import org.blindbook.protocol.oprf.Evaluation;
import org.blindbook.protocol.oprf.Evaluator;
import org.blindbook.protocol.oprf.EvaluatorKey;

/** Host and enclave of an evaluator in one, whose answers a test may change. */
final class ScriptedEvaluator implements AutoCloseable {
  static final int EPOCH = 3;

  final Queue<byte[]> bodies = new ConcurrentLinkedQueue<>();

  /** The statuses to answer evaluations with first. */
  final Queue<Integer> refusals = new ConcurrentLinkedQueue<>();

  volatile UnaryOperator<byte[]> answer = bytes -> bytes;
  volatile EvaluatorKey key;

  private final SecureRandom random = new SecureRandom();
  private final HttpServer server;

  ScriptedEvaluator() throws IOException {
    key = EvaluatorKey.random(random);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(Paths.EVALUATION_OFFER, this::offer);
    server.createContext(Paths.BULK_EVALUATION, this::evaluate);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private synchronized void offer(HttpExchange exchange) throws IOException {
    Claims claims =
        Claims.truncated(new byte[32], 1, new byte[32], new byte[32])
            .of(new Claims.Blinded(DeploymentRole.EVALUATOR, EPOCH, key.publicKey()));
    respond(exchange, 200, new Offer(claims, new byte[0], new byte[1], new byte[1]).encode());
  }

  private synchronized void evaluate(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    bodies.add(body);
    Integer refusal = refusals.poll();
    if (refusal != null) {
      exchange.getResponseHeaders().add(Headers.RETRY_AFTER, refusal == 429 ? "86400" : "0");
      respond(exchange, refusal, new byte[0]);
      return;
    }
    try {
      respond(exchange, 200, answer.apply(evaluated(EvaluationRequest.decode(body))));
    } catch (Exception e) {
      respond(exchange, 400, new byte[0]);
    }
  }

  private byte[] evaluated(EvaluationRequest request) throws Exception {
    Evaluation evaluation =
        new Evaluator(key).evaluate(request.elements(), request.count(), request.retryNonce());
    return EvaluationReply.encode(EPOCH, evaluation.elements(), evaluation.prove(random));
  }

  /** What is to come out. */
  byte[] keysOf(List<byte[]> inputs) throws Exception {
    byte[] nonce = new byte[EvaluationRequest.NONCE_BYTES];
    Blinding blinding = new Blinding(inputs, inputs.size(), nonce, random);
    Evaluation evaluation = new Evaluator(key).evaluate(blinding.elements(), inputs.size(), nonce);
    List<byte[]> outputs =
        blinding.finish(
            PublicKey.decode(key.publicKey()), evaluation.elements(), evaluation.prove(random));
    byte[] keys = new byte[16 * inputs.size()];
    for (int i = 0; i < outputs.size(); i++) {
      System.arraycopy(outputs.get(i), 0, keys, 16 * i, 16);
    }
    return keys;
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
