package org.blindbook.client;

import static org.blindbook.client.DiscoveryProgress.Stage.BLINDING;
import static org.blindbook.client.DiscoveryProgress.Stage.EVALUATING;
import static org.blindbook.client.DiscoveryProgress.Stage.UNBLINDING;

import java.security.MessageDigest;
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
import org.jspecify.annotations.Nullable;

/**
 * Gets the lookup keys of new contacts from the evaluator.
 *
 * <p>Why nothing is paid twice: a connection sends exactly the pending evaluation of the stored
 * state, the same blinded elements with the same nonce however often it is sent. The state leaves
 * "pending" when the keys are stored that were paid for, or the evaluator refused.
 *
 * <p>Elements are blinded once in a run. Where there are many, no connection waits for it, or for
 * unblinding: a slow device takes a minute, and servers hang up on clients that are silent for
 * longer than half of one.
 */
final class BlindedEvaluation {
  /** What a device that is a hundred times slower than a server still blinds in 20 seconds. */
  static final int LARGEST_WHILE_CONNECTED = 2_048;

  private final Setup setup;
  private final SortedMap<LookupKey, Identifier> wanted;
  private boolean plannedHere;
  private int permitsUsed;

  /** The evaluation that was blinded last, and its elements; null before, and when answered. */
  private @Nullable PendingEvaluation blinded;

  private @Nullable Blinding blinding;

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
   * At most one evaluation request, answered or refused. What is still needed afterwards takes
   * another connection, and so does a lookup if this one was closed.
   *
   * @param epoch that the enclave claims and a policy pins
   */
  void over(AttestedChannel channel, RunState state, KeyEpoch epoch) throws DiscoveryException {
    PendingEvaluation pending = planned(state, epoch);
    int count = pending.contacts().size();
    boolean slow = count > LARGEST_WHILE_CONNECTED;
    if (slow && !isBlinded(pending)) {
      channel.close();
      blind(pending);
      return;
    }
    Blinding ours = blind(pending);
    EvaluationRequest request =
        EvaluationRequest.create(epoch.number(), count, pending.retryNonce(), ours.elements());
    setup.progress().at(EVALUATING, count);
    AttestedChannel.EvaluationAnswer answer = channel.evaluate(request);
    if (answer instanceof Refused refused) {
      forgetPending(state, epoch, refused);
      return;
    }
    Charged charged = (Charged) answer;
    permitsUsed += charged.charged();
    EvaluationReply reply = charged.reply();
    if (slow) {
      channel.close();
    }
    setup.progress().at(UNBLINDING, count);
    keep(state, epoch, pending, finish(ours, epoch, reply));
    wipe();
  }

  private boolean isBlinded(PendingEvaluation pending) {
    return blinded != null && MessageDigest.isEqual(blinded.seed(), pending.seed());
  }

  private Blinding blind(PendingEvaluation pending) {
    if (blinding == null || !isBlinded(pending)) {
      wipe();
      setup.progress().at(BLINDING, pending.contacts().size());
      blinding = pending.blinding();
      blinded = pending;
    }
    return blinding;
  }

  /** Overwrites the blinds; the stored seed gives them again. */
  void wipe() {
    if (blinding != null) {
      blinding.wipe();
    }
    blinding = null;
    blinded = null;
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
