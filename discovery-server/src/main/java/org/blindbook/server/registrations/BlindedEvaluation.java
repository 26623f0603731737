package org.blindbook.server.registrations;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.blindbook.protocol.identifier.LookupKey;
import org.blindbook.protocol.message.EvaluationReply;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.protocol.oprf.Blinding;
import org.blindbook.protocol.oprf.OprfException;
import org.blindbook.protocol.oprf.PublicKey;

/**
 * Blinds identifiers, as clients do, and checks the proof of the answer: the evaluator learns how
 * many there are, whatever it does, and cannot use another key than the known one.
 */
final class BlindedEvaluation implements EvaluatedKeys.Evaluation {
  private final EvaluatorClient client;
  private final PublicKey publicKey;
  private final SecureRandom random = new SecureRandom();

  BlindedEvaluation(EvaluatorClient client) throws LoadException {
    this.client = client;
    try {
      this.publicKey = PublicKey.decode(client.firstClaims().oprfPublicKey());
    } catch (OprfException e) {
      throw client.wrongAnswer();
    }
  }

  @Override
  public byte[] keysOf(List<byte[]> inputs) throws LoadException {
    int capacity = SizeClass.holding(inputs.size()).orElseThrow();
    byte[] nonce = new byte[EvaluationRequest.NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Blinding blinding = new Blinding(inputs, capacity, nonce, random);
      EvaluationRequest request =
          EvaluationRequest.create(client.epoch(), inputs.size(), nonce, blinding.elements());
      Optional<byte[]> answer = client.evaluate(request.encoded());
      EvaluationReply reply =
          EvaluationReply.decode(answer.orElse(new byte[0]), capacity, client.epoch());
      byte[] keys = new byte[inputs.size() * LookupKey.BYTES];
      int at = 0;
      for (byte[] output : blinding.finish(publicKey, reply.elements(), reply.proof())) {
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
