package org.blindbook.client;

import static org.blindbook.client.DiscoveryProgress.Stage.BLINDING;
import static org.blindbook.client.DiscoveryProgress.Stage.EVALUATING;
import static org.blindbook.client.DiscoveryProgress.Stage.UNBLINDING;

import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.edge.message.EvaluationRequestWriter;
import org.blindbook.edge.message.ReceivedEvaluation;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.protocol.message.DiscoveryMode;
import org.blindbook.protocol.oprf.OprfException;
import org.jspecify.annotations.Nullable;

/**
 * Gets the lookup keys of new contacts from the evaluator.
 *
 * <p>Why nothing is paid twice: a connection sends exactly the pending evaluation of the stored
 * state, the same blinded elements with the same nonce however often it is sent. The state leaves
 * "pending" when the keys are stored that were paid for, or the evaluator refused.
 *
 * <p>No connection is open while contacts are blinded or unblinded. A slow device takes a minute
 * for many, longer than servers wait; and the pause would tell the host how many there are.
 */
final class BlindedEvaluation {
  private final Setup setup;
  private final Service evaluator;
  private final SortedMap<ContactName, Identifier> wanted;

  /** Contacts whose evaluation this run was refused, by the key it was to be made with. */
  private final Map<KeyEpoch, Set<ContactName>> refused = new HashMap<>();

  private int retryAfterSeconds;
  private int permitsUsed;

  /** A plan that is in no stored state, because no evaluator has said yet which epoch it is of. */
  private @Nullable PendingEvaluation draft;

  /** The evaluation that was blinded last, and its elements; null before, and when answered. */
  private @Nullable PendingEvaluation blinded;

  private @Nullable Blinding blinding;

  BlindedEvaluation(Setup setup, Service evaluator, SortedMap<ContactName, Identifier> wanted) {
    this.setup = setup;
    this.evaluator = evaluator;
    this.wanted = wanted;
  }

  int permitsUsed() {
    return permitsUsed;
  }

  /**
   * Whether a contact has no key yet and was not refused one, or an evaluation is pending that must
   * be repeated first.
   */
  boolean isNeeded(EpochOutputs outputs) {
    return outputs.pending() != null || !missing(outputs).isEmpty();
  }

  /**
   * @throws DiscoveryException {@link DiscoveryError#QUOTA_EXHAUSTED} when contacts have no key of
   *     this epoch because an evaluation was refused
   */
  void throwIfRefused(KeyEpoch epoch) throws DiscoveryException {
    if (refused.containsKey(epoch)) {
      throw ServerAnswer.quotaExhausted(retryAfterSeconds, setup.random());
    }
  }

  /**
   * Gets what is missing.
   *
   * @param required the key to evaluate under; null for whichever the evaluator takes, which is
   *     most likely the one used last
   * @return whether the evaluator was connected to
   */
  boolean complete(RunState state, @Nullable KeyEpoch required) throws DiscoveryException {
    KeyEpoch only = required;
    KeyEpoch likely = required == null ? state.current().lastEpoch() : required;
    boolean connected = false;
    while (likely == null ? !wanted.isEmpty() : isNeeded(state.current().outputs(likely))) {
      only = attempt(state, likely, only);
      likely = only;
      connected = true;
    }
    return connected;
  }

  /**
   * One connection, and at most one evaluation request, answered or refused.
   *
   * @param likely the key that the plan is made for; null when nothing is known
   * @param only the key that alone will do; null for any
   * @return the evaluator's key: if it is not the likely one, the next attempt plans for it
   */
  private KeyEpoch attempt(RunState state, @Nullable KeyEpoch likely, @Nullable KeyEpoch only)
      throws DiscoveryException {
    PendingEvaluation plan = plan(likely == null ? null : state.current().outputs(likely));
    Blinding ours = blind(plan, state.current());
    KeyEpoch epoch;
    ReceivedTokenReply reply;
    ReceivedEvaluation evaluation;
    try (EvaluationChannel channel = open(state.current(), only)) {
      epoch = KeyEpoch.of(channel.enclave().claims());
      if (only != null && !only.equals(epoch)) {
        throw ServerAnswer.wrongEpoch();
      }
      state.hold(
          state
              .current()
              .withEvaluatorCollateral(channel.enclave().collateral())
              .blinded(epoch, wanted.keySet()));
      if (!isFor(state.current().outputs(epoch), plan)) {
        return epoch;
      }
      if (plan == draft) {
        keep(plan, state, epoch);
      }
      setup.progress().at(EVALUATING, plan.contacts().size());
      EvaluationChannel.Answer answer =
          channel.ask(request(plan, state.current(), epoch, ours), epoch.number());
      reply = answer.reply();
      permitsUsed += reply.charged();
      state.hold(
          state
              .current()
              .charged(
                  DiscoveryMode.BLINDED,
                  channel.enclave().quota(),
                  reply,
                  plan.contacts().size(),
                  setup.clock().instant()));
      evaluation = answer.evaluation();
    }
    setup.progress().at(UNBLINDING, plan.contacts().size());
    List<byte[]> outputs = finish(ours, epoch, evaluation, reply);
    if (reply.granted()) {
      store(state, epoch, plan, outputs);
    } else {
      forget(state, epoch, plan, reply);
    }
    wipe();
    return epoch;
  }

  private EvaluationChannel open(ClientState state, @Nullable KeyEpoch only)
      throws DiscoveryException {
    return EvaluationChannel.open(
        setup,
        evaluator,
        only == null ? evaluator.relyingParty().epochs() : List.of(only.number()),
        state.evaluatorCollateral());
  }

  /** The evaluation whose outcome is unknown, or else a new one, in no stored state yet. */
  private PendingEvaluation plan(@Nullable EpochOutputs outputs) {
    if (outputs != null && outputs.pending() != null) {
      return outputs.pending();
    }
    List<Identifier> missing = missing(outputs);
    if (draft == null || !draft.contacts().equals(missing)) {
      draft = new PendingEvaluation(setup.randomBytes(PendingEvaluation.SEED_BYTES), missing);
    }
    return draft;
  }

  private List<Identifier> missing(@Nullable EpochOutputs outputs) {
    SortedMap<ContactName, Identifier> missing = new TreeMap<>(wanted);
    if (outputs != null) {
      missing.keySet().removeAll(outputs.keys().keySet());
      missing.keySet().removeAll(refused.getOrDefault(outputs.epoch(), Set.of()));
    }
    return List.copyOf(missing.values());
  }

  /** Whether a plan is the evaluation to be done next in the epoch of these outputs. */
  private boolean isFor(EpochOutputs outputs, PendingEvaluation plan) {
    return outputs.pending() == null
        ? plan == draft && plan.contacts().equals(missing(outputs))
        : MessageDigest.isEqual(outputs.pending().seed(), plan.seed());
  }

  private void keep(PendingEvaluation plan, RunState state, KeyEpoch epoch)
      throws DiscoveryException {
    state.save(state.current().with(state.current().outputs(epoch).withPending(plan)));
    draft = null;
  }

  private Blinding blind(PendingEvaluation plan, ClientState state) {
    if (blinding == null
        || blinded == null
        || !MessageDigest.isEqual(blinded.seed(), plan.seed())) {
      wipe();
      setup.progress().at(BLINDING, plan.contacts().size());
      blinding = plan.blinding(state);
      blinded = plan;
    }
    return blinding;
  }

  /** Overwrites the blinds; a stored seed gives them again. */
  void wipe() {
    if (blinding != null) {
      blinding.wipe();
    }
    blinding = null;
    blinded = null;
  }

  private static EvaluationRequestWriter request(
      PendingEvaluation plan, ClientState state, KeyEpoch epoch, Blinding ours) {
    return new EvaluationRequestWriter(
        epoch.number(), plan.contacts().size(), plan.retryNonce(state), ours.elements());
  }

  /** None when refused, after as much work: the host sees when the next connection comes. */
  private static List<byte[]> finish(
      Blinding blinding, KeyEpoch epoch, ReceivedEvaluation evaluation, ReceivedTokenReply reply)
      throws DiscoveryException {
    try {
      if (reply.granted()) {
        return blinding.finish(epoch.key(), evaluation.elements(), evaluation.proof());
      }
      blinding.finishRefused(epoch.key(), evaluation.elements(), evaluation.proof());
      return List.of();
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
  private void store(RunState state, KeyEpoch epoch, PendingEvaluation plan, List<byte[]> outputs)
      throws DiscoveryException {
    Map<ContactName, LookupKey> keys = new HashMap<>();
    List<Identifier> contacts = plan.contacts();
    for (int i = 0; i < contacts.size(); i++) {
      ContactName name = ContactName.of(contacts.get(i));
      if (wanted.containsKey(name)) {
        keys.put(name, LookupKey.blinded(outputs.get(i)));
      }
    }
    state.save(state.current().with(state.current().outputs(epoch).with(keys)));
  }

  /** A refused evaluation cost nothing. In this run it is not asked for again. */
  private void forget(
      RunState state, KeyEpoch epoch, PendingEvaluation plan, ReceivedTokenReply reply)
      throws DiscoveryException {
    Set<ContactName> contacts = refused.computeIfAbsent(epoch, key -> new HashSet<>());
    plan.contacts().forEach(contact -> contacts.add(ContactName.of(contact)));
    retryAfterSeconds = reply.retryAfterSeconds();
    state.save(state.current().with(state.current().outputs(epoch).withPending(null)));
  }
}
