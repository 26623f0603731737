package org.blindbook.client;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.blindbook.client.RelyingParty.TrustedEnclave;
import org.blindbook.client.transport.Transport.RefusedException;
import org.blindbook.edge.message.EvaluationRequestWriter;
import org.blindbook.edge.message.ReceivedEvaluation;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.protocol.message.MalformedMessageException;

/**
 * A verified connection to the enclave that evaluates, for one evaluation: {@link #ask}, then
 * {@link Answer#evaluation}.
 */
final class EvaluationChannel implements AutoCloseable {
  private static final int NOT_FOUND = 404;

  private final AttestedChannel channel;

  private EvaluationChannel(AttestedChannel channel) {
    this.channel = channel;
  }

  /**
   * @param epochs one of which the evaluator should be of, ascending
   * @param heldCollateral collateral seen earlier, or empty
   * @throws DiscoveryException also {@link DiscoveryError#WRONG_ROLE} where nobody evaluates
   */
  static EvaluationChannel open(
      Setup setup, Service evaluator, List<Integer> epochs, byte[] heldCollateral)
      throws DiscoveryException {
    try {
      return new EvaluationChannel(
          AttestedChannel.open(
              setup, evaluator, evaluator.credential(), Map.of(), epochs, heldCollateral));
    } catch (IOException e) {
      throw isAbsence(e) ? nobodyEvaluates(e) : ServerAnswer.toException(e);
    }
  }

  private static boolean isAbsence(IOException failure) {
    return failure instanceof RefusedException refused && refused.status() == NOT_FOUND;
  }

  private static DiscoveryException nobodyEvaluates(IOException failure) {
    return new DiscoveryException(
        DiscoveryError.WRONG_ROLE,
        "Nobody evaluates at the evaluator's address, though the policy names an evaluator's key:"
            + " check the address, and the oprfKeys of the policy. Nothing about contacts was"
            + " sent.",
        failure);
  }

  TrustedEnclave enclave() {
    return channel.enclave();
  }

  /** The enclave's answer to a request. Ask for the evaluation in any case. */
  final class Answer {
    private final ReceivedTokenReply reply;
    private final int capacity;
    private final int epoch;

    private Answer(ReceivedTokenReply reply, int capacity, int epoch) {
      this.reply = reply;
      this.capacity = capacity;
      this.epoch = epoch;
    }

    ReceivedTokenReply reply() {
      return reply;
    }

    /** Waits for the evaluated elements, which nothing but their proof vouches for. */
    ReceivedEvaluation evaluation() throws DiscoveryException {
      byte[] evaluation = channel.acknowledge();
      try {
        return ReceivedEvaluation.decode(evaluation, capacity, epoch);
      } catch (MalformedMessageException e) {
        throw AttestedChannel.malformed(e);
      }
    }
  }

  /**
   * Sends the request and waits for the answer. The request's bytes are wiped.
   *
   * @param epoch that the request names
   * @leaks the request's size class, to whoever sees the ciphertext
   */
  Answer ask(EvaluationRequestWriter request, int epoch) throws DiscoveryException {
    try {
      return new Answer(channel.ask(request.encoded()), request.capacity(), epoch);
    } catch (IOException e) {
      throw ServerAnswer.toException(e);
    } finally {
      request.wipe();
    }
  }

  @Override
  public void close() {
    channel.close();
  }
}
