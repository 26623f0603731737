package org.blindbook.server.e2e;

import java.security.SecureRandom;
import org.blindbook.edge.channel.ClientHandshake;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.edge.message.ReceivedEvaluation;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.enclave.channel.Responder;
import org.blindbook.enclave.channel.StaticKey;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;

/**
 * A host that broke the attestation: it ends the client's channel itself, under claims with a
 * channel key of its own, and asks the real enclave in the client's name. It reads and writes all
 * that they say; what it lacks is the evaluator's secret key.
 */
final class BrokenEnclave implements HostileProxy.Host {
  /** In an offer. */
  private static final int CLAIMS_AT = 48;

  private static final int CHANNEL_KEY_AT = CLAIMS_AT + 16;

  /** The answer to an evaluation request after that which says what it costs. */
  private static final int REPLY = 2;

  /** What this host makes of the two messages of an evaluation. */
  interface Attack {
    default byte[] request(EvaluationRequest request) throws Exception {
      return request.encoded();
    }

    byte[] reply(EvaluationRequest request, ReceivedEvaluation reply) throws Exception;
  }

  private final Attack attack;
  private final SecureRandom random = new SecureRandom();
  private final StaticKey key = StaticKey.generate(random);
  private ReceivedClaims real;
  private ReceivedClaims forged;
  private ClientHandshake handshake;
  private SecureChannel server;
  private SecureChannel client;
  private byte[] message2;
  private EvaluationRequest request;
  private int answers;

  BrokenEnclave(Attack attack) {
    this.attack = attack;
  }

  @Override
  public void fromServer(byte[] message, HostileProxy.Wire wire) throws Exception {
    if (real == null) {
      real = ReceivedClaims.decode(ReceivedOffer.decode(message).claims());
      System.arraycopy(key.publicKey(), 0, message, CHANNEL_KEY_AT, key.publicKey().length);
      forged = ReceivedClaims.decode(ReceivedOffer.decode(message).claims());
      wire.toClient(message);
    } else if (server == null) {
      server = handshake.readMessage2(message);
      wire.toClient(message2);
    } else {
      wire.toClient(client.seal(answer(server.open(message))));
    }
  }

  @Override
  public void fromClient(byte[] message, HostileProxy.Wire wire) throws Exception {
    if (client == null) {
      Responder.Answer answer =
          new Responder(key, Prologue.of(forged.digest()), random).answer(message);
      client = answer.channel();
      message2 = answer.message2();
      handshake = new ClientHandshake(real.channelKey(), Prologue.of(real.digest()), random);
      wire.toServer(handshake.writeMessage1());
    } else {
      wire.toServer(server.seal(question(client.open(message))));
    }
  }

  private byte[] question(byte[] message) throws Exception {
    if (message[0] != EvaluationRequest.TYPE) {
      return message;
    }
    request = EvaluationRequest.decode(message.clone());
    return attack.request(request);
  }

  private byte[] answer(byte[] message) throws Exception {
    if (request == null || ++answers != REPLY) {
      return message;
    }
    return attack.reply(
        request, ReceivedEvaluation.decode(message, request.capacity(), real.epoch()));
  }
}
