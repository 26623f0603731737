package org.blindbook.auditor.trace;

import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.auditor.trace.Mutation.afterCall;
import static org.blindbook.auditor.trace.Mutation.atStart;
import static org.blindbook.auditor.trace.Mutation.ofParameter;
import static org.blindbook.auditor.trace.Planted.kept;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.blindbook.auditor.trace.planted.Leaks;
import org.blindbook.platform.EnclaveProgram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Leaks that the check did not see once, because no family ran the line, nobody compared what the
 * host is told there, or it happens once, in a first run. Each says what was missing.
 */
@Tag("campaign") // minutes
class OnceMissedLeaksTest {
  private static final ClassDesc BYTES = CD_byte.arrayType();

  private static final String BASE = "org.blindbook.enclave.";
  private static final String SERVICE = BASE + "lookup.LookupService";
  private static final String ENTRIES = BASE + "lookup.RequestEntries";
  private static final String ENCLAVE = BASE + "lookup.LookupEnclave";
  private static final String TABLE_THREAD = BASE + "lookup.TableThread";
  private static final String UPDATE_PASS = BASE + "table.UpdatePass";
  private static final String CHANNEL_KEYS = BASE + "session.ChannelKeys";
  private static final String EVALUATIONS = BASE + "evaluator.Evaluations";
  private static final String STATE = "org.blindbook.protocol.lookup.LookupCalls$TableState";
  private static final String REPLY = "org.blindbook.protocol.message.TokenReply";

  private static final Consumer<CodeBuilder> TELL = code -> Mutation.call(code, "Kept.tell");

  /**
   * One leak.
   *
   * @param family in which it would have to be found
   * @param missing why it was not, at first
   */
  record Missed(
      String what, EnclaveProgram program, String family, String missing, Planted mutation) {
    @Override
    public String toString() {
      return what + ": " + missing;
    }
  }

  private static Missed lookup(String what, String family, String missing, Planted mutation) {
    return new Missed(what, EnclaveProgram.LOOKUP, family, missing, mutation);
  }

  private static Missed lookup(String what, String family, String missing, Mutation mutation) {
    return lookup(what, family, missing, Planted.of(mutation));
  }

  private static Missed evaluator(String what, String family, String missing, Mutation mutation) {
    return new Missed(what, EnclaveProgram.EVALUATOR, family, missing, Planted.of(mutation));
  }

  private static Mutation keptContact() {
    return afterCall(ENTRIES, "copyInto", "keyHi", "Kept.keep", CD_long);
  }

  private static Mutation keptCharge() {
    return ofParameter(REPLY, "encode", 2, "Kept.keep", CD_int);
  }

  private static Mutation keptRequest() {
    return afterCall(BASE + "session.Session", "request", "open", "Kept.keep", BYTES);
  }

  private static Mutation keptRegistration() {
    return afterCall(ENCLAVE, "batchOf", "getLong", "Kept.keep", CD_long);
  }

  /** Mixes what is kept into bytes that a method has just drawn. */
  private static Mutation tinted(String type, String method, int slot) {
    return afterCall(
        type,
        method,
        "nextBytes",
        code -> {
          code.aload(slot);
          Mutation.invoke(code, "Kept.tint", MethodTypeDesc.of(CD_void, BYTES));
        });
  }

  static Stream<Missed> onLinesThatDoNotRun() {
    return Stream.of(
        lookup(
            "a client that leaves with its results outstanding",
            "closings",
            "no client leaves between request and acknowledgement",
            kept(keptCharge(), atStart(SERVICE + "$Lookup", "abandon", TELL))),
        lookup(
            "a request of another epoch",
            "epochs",
            "no request is of an epoch that is not served",
            kept(keptRequest(), afterCall(SERVICE, "ask", "wipe", TELL))),
        lookup(
            "a ledger that is not genuine",
            "foreign-ledgers",
            "no ledger is forged or of another account",
            kept(keptRequest(), afterCall(SERVICE, "charge", "wipe", TELL))),
        lookup(
            "when the last but one channel key is wiped",
            "rotations",
            "no key retires twice under watch",
            kept(keptCharge(), afterCall(CHANNEL_KEYS, "serving", "wipe", TELL))),
        lookup(
            "how long the table's thread lingers",
            "table-thread",
            "the table's thread and its waiting are not run",
            kept(keptContact(), atStart(TABLE_THREAD, "awaitArrival", TELL))),
        lookup(
            "whether the table's thread goes ahead",
            "table-thread",
            "the table's thread and its waiting are not run",
            kept(keptContact(), atStart(TABLE_THREAD, "batchIsDue", TELL))),
        lookup(
            "a deadline that a contact moves",
            "table-thread",
            "the table's thread and its waiting are not run",
            kept(
                keptContact(),
                afterCall(TABLE_THREAD, "awaitArrival", "nanoTime", "Kept.tell", CD_long))),
        lookup(
            "a batch that might not fit is counted by branches",
            "capacity",
            "no update comes to the table's capacity",
            afterCall(UPDATE_PASS + "$Routed", "change", "nonZero", "Smuggled.branch", CD_long)),
        lookup(
            "a table that has to grow at once",
            "capacity",
            "no update comes to the table's capacity",
            kept(keptRegistration(), atStart(BASE + "table.ObliviousTable", "growNow", TELL))),
        evaluator(
            "an evaluation is done to its end",
            "evaluations",
            "evaluation-requests end with the charge",
            afterCall(EVALUATIONS, "evaluateNow", "count", "Smuggled.sized", CD_int)));
  }

  static Stream<Missed> ofShapesNotTried() {
    return Stream.of(
        lookup(
            "two clients of different size classes",
            "mixed-classes",
            "all clients of a batch are of one class",
            kept(
                keptContact(),
                afterCall(TABLE_THREAD, "pass", "capacity", "Kept.tellAfterAnother", CD_int))),
        lookup(
            "a request of a larger class",
            "larger-classes",
            "the smallest inputs have one size class",
            kept(
                keptContact(),
                afterCall(TABLE_THREAD, "pass", "capacity", "Kept.tellWhenLarge", CD_int))),
        lookup(
            "an update whose size is a power of two",
            "update-sizes",
            "updates of 48, 300 and 900 changes, none of 64",
            kept(
                    keptRegistration(),
                    afterCall(
                        ENCLAVE,
                        "update",
                        "batchOf",
                        code -> Mutation.call(code, "Kept.tellAtPowersOfTwo")))
                .and(afterCall(ENCLAVE, "batchOf", "count", "Kept.size", CD_int))),
        lookup(
            "an account that comes back after a day",
            "days",
            "no account is away for longer than seconds",
            kept(
                keptCharge(),
                afterCall(
                    BASE + "permits.Permits", "refill", "clamp", "Kept.tellAfterADay", CD_long))),
        evaluator(
            "an evaluation that is refused",
            "evaluations",
            "every evaluation is granted",
            afterCall(
                BASE + "evaluator.EvaluationService",
                "ask",
                "granted",
                "Smuggled.branch",
                CD_long)));
  }

  static Stream<Missed> inWhatTheHostIsTold() {
    return Stream.of(
        lookup(
            "the ledger's salt follows the charge before",
            "devices",
            "of a ledger only the length is compared, not the bytes in the clear",
            kept(keptCharge(), tinted(BASE + "permits.Ledger", "seal", 5))),
        lookup(
            "the snapshot's number follows a registration",
            "snapshots",
            "of a chunk only the length is compared, not its header",
            kept(keptRegistration(), tinted(BASE + "snapshot.SealedSnapshot", "chunk", 5))),
        lookup(
            "a channel key's end follows a registration",
            "registrations",
            "of an offer nothing is compared",
            kept(
                keptRegistration(),
                afterCall(CHANNEL_KEYS, "serving", "getEpochSecond", "Kept.added", CD_long))),
        lookup(
            "the update's number follows a registration",
            "updates",
            "of the table's state the sequence is not compared",
            kept(keptRegistration(), ofParameter(STATE, "<init>", 5, "Kept.added", CD_long))),
        lookup(
            "the number of records follows one of them",
            "snapshots",
            "of the table's state the number of records is not compared",
            kept(keptRegistration(), ofParameter(STATE, "<init>", 1, "Kept.added", CD_long))));
  }

  @ParameterizedTest
  @MethodSource({"onLinesThatDoNotRun", "ofShapesNotTried", "inWhatTheHostIsTold"})
  void aLeakInAShippedEnclaveIsFound(Missed missed) throws CheckException {
    Verdict verdict =
        MutatedEnclave.verdict(missed.program(), missed.family(), true, missed.mutation());
    assertThat(verdict).isInstanceOfAny(Verdict.Differs.class, Verdict.Nondeterministic.class);
  }

  /** Without this a leak would be missed because it is not there. */
  @ParameterizedTest
  @MethodSource({"onLinesThatDoNotRun", "ofShapesNotTried", "inWhatTheHostIsTold"})
  void eachIsPlanted(Missed missed) throws CheckException {
    assertThat(MutatedEnclave.changedBy(missed.program(), missed.mutation()))
        .containsExactlyInAnyOrderElementsOf(missed.mutation().types());
  }

  static Stream<Method> oneTime() throws ClassNotFoundException {
    return Stream.of(PlantedCode.named("Unnoticed").getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Leaks.class));
  }

  @ParameterizedTest
  @MethodSource("oneTime")
  void aLeakThatHappensOnceIsFound(Method method) throws Exception {
    new PlantedCode().assertFound(method);
  }
}
