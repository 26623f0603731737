package org.blindbook.server.registrations;

import java.security.SecureRandom;
import java.util.List;
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.edge.blinding.PublicKey;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.edge.message.EvaluationRequestWriter;
import org.blindbook.edge.message.ReceivedEvaluation;
import org.blindbook.edge.message.SizeClasses;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.oprf.OprfException;

/**
 * Blinds identifiers, as clients do, and checks the proof of the answer: the evaluator learns how
 * many there are, whatever it does, and cannot use another key than the known one. May be used by
 * many threads.
 */
final class BlindedEvaluation {
  private final EvaluatorClient client;
  private final PublicKey publicKey;
  private final SecureRandom random = new SecureRandom();

  BlindedEvaluation(EvaluatorClient client) throws LoadException {
    this.client = client;
    try {
      this.publicKey = PublicKey.decode(client.publicKey());
    } catch (OprfException e) {
      throw client.wrongAnswer();
    }
  }

  /**
   * Lookup keys, on the thread that asks.
   *
   * @param inputs at most {@value LookupKeys#BATCH}
   * @return {@value LookupKey#BYTES} bytes for each input
   */
  byte[] keysOf(List<byte[]> inputs) throws LoadException {
    int capacity = SizeClasses.holding(inputs.size()).orElseThrow();
    byte[] nonce = new byte[EvaluationRequest.NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Blinding blinding = new Blinding(inputs, capacity, nonce, random);
      EvaluationRequestWriter request =
          new EvaluationRequestWriter(client.epoch(), inputs.size(), nonce, blinding.elements());
      byte[] answer = client.evaluate(request.encoded());
      ReceivedEvaluation received = ReceivedEvaluation.decode(answer, capacity, client.epoch());
      byte[] keys = new byte[inputs.size() * LookupKey.BYTES];
      int at = 0;
      for (byte[] output : blinding.finish(publicKey, received.elements(), received.proof())) {
        System.arraycopy(output, 0, keys, at, LookupKey.BYTES);
        at += LookupKey.BYTES;
      }
      blinding.wipe();
      return keys;
    } catch (OprfException | MalformedMessageException e) {
      throw client.wrongAnswer();
    }
  }
}
