package org.blindbook.auditor.trace.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.blindbook.protocol.Sha256;

/**
 * All that the host of an enclave sees of it, in order: what it handed in is its own, what came
 * back is here. Two runs that differ in secrets only have equal views.
 *
 * @param steps one for each call that was answered, in the order of the answers, and one for each
 *     look at the enclave's public state
 */
record HostView(List<Step> steps) {

  /**
   * One answer, or one look.
   *
   * @param call what was called, or "state"
   * @param session in the order of opening, from 1; 0 when the call is of none
   * @param sent bytes of the client's message, or of the chunk
   * @param ledgerSent bytes of the ledger handed in
   * @param reply bytes of ciphertext, or of the sealed chunk
   * @param ledger bytes of the new ledger
   * @param clear what is not encrypted of the answer, in hexadecimal; with the same randomness it
   *     is the same
   * @param end the session's, or the error of the call
   * @param drawn random bytes so far: an operating system counts them
   * @param state the enclave's own statistics; zeros where they were not asked for
   */
  record Step(
      String call,
      long session,
      int sent,
      int ledgerSent,
      int reply,
      int ledger,
      String clear,
      String end,
      long drawn,
      State state) {

    /** Numbers and names of this step, by what they are. */
    List<String> fields() {
      return List.of(
          "call=" + call,
          "session=" + session,
          "sent=" + sent,
          "ledgerSent=" + ledgerSent,
          "reply=" + reply,
          "ledger=" + ledger,
          "clear=" + clear,
          "end=" + end,
          "drawn=" + drawn,
          "sessions=" + state.sessions,
          "ready=" + state.ready,
          "registrations=" + state.table.registrations(),
          "capacity=" + state.table.capacity(),
          "sequence=" + state.table.sequence(),
          "passes=" + state.table.passes());
    }

    /** The same as numbers, for a trace. */
    long[] numbers() {
      return fields().stream().mapToLong(Step::number).toArray();
    }

    private static long number(String field) {
      return ByteBuffer.wrap(Sha256.of(field.getBytes(UTF_8))).getLong();
    }
  }

  /**
   * What the enclave says of itself.
   *
   * @param table zeros in an evaluator enclave
   */
  record State(int sessions, boolean ready, Table table) {
    static final Table NO_TABLE = new Table(0, 0, 0, 0);
    static final State NOT_ASKED = new State(0, false, NO_TABLE);
  }

  /** What a lookup enclave says of its table; see {@code LookupCalls.TableState}. */
  record Table(long registrations, long capacity, long sequence, long passes) {}

  /**
   * Where two views differ, field by field; empty when they do not.
   *
   * @return for each field the step and both values
   */
  List<String> differences(HostView other) {
    List<String> differences = new ArrayList<>();
    if (steps.size() != other.steps.size()) {
      differences.add(steps.size() + " steps, and " + other.steps.size());
    }
    for (int i = 0; i < Math.min(steps.size(), other.steps.size()); i++) {
      List<String> mine = steps.get(i).fields();
      List<String> others = other.steps.get(i).fields();
      for (int field = 0; field < mine.size(); field++) {
        if (!mine.get(field).equals(others.get(field))) {
          differences.add("step " + i + ": " + mine.get(field) + ", and " + others.get(field));
        }
      }
    }
    return differences;
  }
}
