package org.blindbook.client;

import static org.blindbook.client.DiscoveryProgress.Stage.BLINDING;
import static org.blindbook.client.DiscoveryProgress.Stage.EVALUATING;
import static org.blindbook.client.DiscoveryProgress.Stage.UNBLINDING;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.blindbook.client.AttestedChannel.Charged;
import org.blindbook.client.AttestedChannel.Refused;
import org.blindbook.protocol.identifier.Identifier;
import org.blindbook.protocol.identifier.LookupKey;
import org.blindbook.protocol.message.EvaluationReply;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.oprf.Blinding;
import org.blindbook.protocol.oprf.OprfException;

/**
 * Gets the lookup keys of new contacts from the evaluator.
 *
 * <p>Why nothing is paid twice: a connection sends exactly the pending evaluation of the stored
 * state, the same blinded elements with the same nonce however often it is sent. The state leaves
 * "pending" when the keys are stored that were paid for, or the evaluator refused.
 */
final class BlindedEvaluation {
  private final Setup setup;
  private final SortedMap<LookupKey, Identifier> wanted;
  private boolean plannedHere;
  private int permitsUsed;

  /**
   * @param wanted the contacts by their names in {@link EpochOutputs}
   */
  BlindedEvaluation(Setup setup, SortedMap<LookupKey, Identifier> wanted) {
    this.setup = setup;
    this.wanted = wanted;
  }

  int permitsUsed() {
    return permitsUsed;
  }

  /** Whether a contact has no key yet, or an evaluation is pending that must be repeated first. */
  boolean isNeeded(EpochOutputs outputs) {
    return outputs.pending() != null || !outputs.keys().keySet().containsAll(wanted.keySet());
  }

  /**
   * One evaluation request, answered or refused. Another one may be needed afterwards, on another
   * connection.
   *
   * @param epoch whose key the answer is verified with; pinned by a policy
   */
  void over(AttestedChannel channel, RunState state, KeyEpoch epoch) throws DiscoveryException {
    PendingEvaluation pending = planned(state, epoch);
    int count = pending.contacts().size();
    setup.progress().at(BLINDING, count);
    Blinding blinding = pending.blinding();
    try {
      EvaluationRequest request =
          EvaluationRequest.create(
              epoch.number(), count, pending.retryNonce(), blinding.elements());
      setup.progress().at(EVALUATING, count);
      AttestedChannel.EvaluationAnswer answer = channel.evaluate(request);
      if (answer instanceof Refused refused) {
        forgetPending(state, epoch, refused);
        return;
      }
      Charged charged = (Charged) answer;
      permitsUsed += charged.charged();
      EvaluationReply reply = charged.reply();
      setup.progress().at(UNBLINDING, count);
      keep(state, epoch, pending, finish(blinding, epoch, reply));
    } finally {
      blinding.wipe();
    }
  }

  /** The evaluation whose outcome is unknown, or a new one that is stored now. */
  private PendingEvaluation planned(RunState state, KeyEpoch epoch) throws DiscoveryException {
    EpochOutputs outputs = state.current().outputs(epoch);
    if (outputs.pending() != null) {
      return outputs.pending();
    }
    SortedMap<LookupKey, Identifier> fresh = new TreeMap<>(wanted);
    fresh.keySet().removeAll(outputs.keys().keySet());
    PendingEvaluation pending =
        new PendingEvaluation(
            setup.randomBytes(PendingEvaluation.SEED_BYTES), List.copyOf(fresh.values()));
    plannedHere = true;
    state.save(state.current().with(outputs.withPending(pending)));
    return pending;
  }

  private static List<byte[]> finish(Blinding blinding, KeyEpoch epoch, EvaluationReply reply)
      throws DiscoveryException {
    try {
      return blinding.finish(epoch.key(), reply.elements(), reply.proof());
    } catch (OprfException e) {
      throw new DiscoveryException(
          DiscoveryError.UNPROVEN_EVALUATION,
          "The evaluator did not prove that it used the key that the policy names: "
              + e.getMessage()
              + ". Nothing of its answer was used.",
          e);
    }
  }

  /** Stores the keys of the contacts that are still wanted. */
  private void keep(RunState state, KeyEpoch epoch, PendingEvaluation pending, List<byte[]> outputs)
      throws DiscoveryException {
    Map<LookupKey, LookupKey> keys = new HashMap<>();
    List<Identifier> contacts = pending.contacts();
    for (int i = 0; i < contacts.size(); i++) {
      LookupKey contact = LookupKey.truncated(contacts.get(i));
      if (wanted.containsKey(contact)) {
        keys.put(contact, LookupKey.blinded(outputs.get(i)));
      }
    }
    state.save(state.current().with(state.current().outputs(epoch).with(keys)));
  }

  /** An evaluation that another run left behind may be refused without an end to this run. */
  private void forgetPending(RunState state, KeyEpoch epoch, Refused refused)
      throws DiscoveryException {
    state.save(state.current().with(state.current().outputs(epoch).withPending(null)));
    if (plannedHere) {
      throw ServerAnswer.quotaExhausted(refused.retryAfter());
    }
  }
}
