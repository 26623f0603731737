package org.blindbook.server.registrations;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.blindbook.protocol.identifier.LookupKey;
import org.blindbook.protocol.loading.SealedBatch;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.noise.NoiseException;

/**
 * Sends identifiers sealed to the evaluator's enclave. The channel key is the one that its server
 * names: the evidence for it is not verified here, so this keeps identifiers from whoever reads the
 * server's memory, and not from a server that names a key of its own.
 */
final class SealedEvaluation implements EvaluatedKeys.Evaluation {
  /** Of one batch: a key is good for thousands. */
  private static final int MAX_KEYS = 5;

  private final EvaluatorClient client;
  private final SecureRandom random = new SecureRandom();
  private Claims claims;

  SealedEvaluation(EvaluatorClient client) {
    this.client = client;
    this.claims = client.firstClaims();
  }

  @Override
  public byte[] keysOf(List<byte[]> inputs) throws LoadException {
    try {
      Claims sealedTo = claims();
      for (int keys = 0; keys < MAX_KEYS; keys++) {
        SealedBatch batch = SealedBatch.seal(sealedTo.channelKey(), client.epoch(), inputs, random);
        Optional<byte[]> answer = client.evaluate(batch.encoded());
        if (answer.isPresent()) {
          return requireLength(answer.get(), inputs.size() * LookupKey.BYTES);
        }
        sealedTo = newClaims(sealedTo);
      }
    } catch (NoiseException e) {
      // A channel key of small order is nobody's.
    }
    throw client.wrongAnswer();
  }

  private byte[] requireLength(byte[] keys, int length) throws LoadException {
    if (keys.length != length) {
      throw client.wrongAnswer();
    }
    return keys;
  }

  private synchronized Claims claims() {
    return claims;
  }

  /** Many batches may find that a key is not in use any more; one asks for another. */
  private synchronized Claims newClaims(Claims stale) throws LoadException {
    if (claims.equals(stale)) {
      claims = client.claims();
    }
    return claims;
  }
}
