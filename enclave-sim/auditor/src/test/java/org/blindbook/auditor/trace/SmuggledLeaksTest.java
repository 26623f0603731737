package org.blindbook.auditor.trace;

import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.auditor.trace.Mutation.afterCall;
import static org.blindbook.auditor.trace.Mutation.atStart;
import static org.blindbook.auditor.trace.Mutation.beforeCall;
import static org.blindbook.auditor.trace.Mutation.insteadOf;
import static org.blindbook.auditor.trace.Mutation.ofParameter;
import static org.blindbook.auditor.trace.Planted.kept;

import java.lang.constant.ClassDesc;
import java.util.stream.Stream;
import org.blindbook.auditor.trace.instrument.Site;
import org.blindbook.platform.EnclaveProgram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Leaks as somebody would plant them whom the review is to find: in the midst of the shipped
 * enclaves, by all that the library and the language offer. Each must be found, where it is.
 */
@Tag("campaign") // minutes
class SmuggledLeaksTest {
  /** In place of a place: the host sees it. */
  private static final String ANSWER = "what the host sees of an answer";

  /** In place of a place: what was kept of one run shows in the next. */
  private static final String OUTLASTS = "";

  private static final ClassDesc BYTES = CD_byte.arrayType();

  private static final String BASE = "org.blindbook.enclave.";
  private static final String LEDGER = BASE + "permits.Ledger";
  private static final String PERMITS = BASE + "permits.Permits";
  private static final String SERVICE = BASE + "lookup.LookupService";
  private static final String ENTRIES = BASE + "lookup.RequestEntries";
  private static final String ENCLAVE = BASE + "lookup.LookupEnclave";
  private static final String TABLE_THREAD = BASE + "lookup.TableThread";
  private static final String SETS = BASE + "tokens.RequestSets$Hasher";
  private static final String TOKEN = BASE + "tokens.Token";
  private static final String SESSION = BASE + "session.Session";
  private static final String UPDATE_PASS = BASE + "table.UpdatePass";
  private static final String REPLY = "org.blindbook.protocol.message.TokenReply";
  private static final String REQUEST = "org.blindbook.protocol.lookup.DiscoveryRequest";
  private static final String RESULTS = "org.blindbook.protocol.lookup.Results";
  private static final String EVALUATION = "org.blindbook.protocol.evaluation.EvaluationRequest";
  private static final String OPRF = "org.blindbook.protocol.oprf.";

  /**
   * One leak.
   *
   * @param place simple class and method of the first difference, or the event that has no place
   */
  record Leak(String what, EnclaveProgram program, String family, String place, Planted mutation) {
    @Override
    public String toString() {
      return family + ": " + what;
    }
  }

  private static Leak lookup(String what, String family, String place, Planted mutation) {
    return new Leak(what, EnclaveProgram.LOOKUP, family, place, mutation);
  }

  private static Leak lookup(String what, String family, String place, Mutation mutation) {
    return lookup(what, family, place, Planted.of(mutation));
  }

  private static Leak evaluator(String what, String family, String place, Mutation mutation) {
    return new Leak(what, EnclaveProgram.EVALUATOR, family, place, Planted.of(mutation));
  }

  static Stream<Leak> ofRequests() {
    return Stream.of(
        lookup(
            "a forged token is found out by an exception",
            "tokens",
            "Smuggled.thrown",
            afterCall(SERVICE, "charge", "covers", "Smuggled.thrown", CD_long)),
        lookup(
            "the count of new contacts times a subnormal number",
            "kinds",
            "Smuggled.floating",
            afterCall(SERVICE, "charge", "count", "Smuggled.floating", CD_long)),
        lookup(
            "the token's MAC as a number",
            "tokens",
            "Smuggled.asNumber",
            afterCall(TOKEN, "covers", "mac", "Smuggled.asNumber", BYTES)),
        lookup(
            "a lock for each answer to whether it is a repeat",
            "charges",
            "Smuggled.locked",
            afterCall(PERMITS, "charge", "repeatMask", "Smuggled.locked", CD_long)),
        lookup(
            "the refused path returns early",
            "tokens",
            "Smuggled.branch",
            afterCall(SERVICE, "charge", "granted", "Smuggled.branch", CD_long)),
        lookup(
            "the level is divided",
            "devices",
            "Smuggled.divided",
            afterCall(PERMITS, "refill", "atMostFull", "Smuggled.divided", CD_long)),
        lookup(
            "the refill of another device by another lambda",
            "devices",
            "Smuggled.dispatched",
            afterCall(PERMITS, "useBy", "equal", "Smuggled.dispatched", CD_long)),
        lookup(
            "the time to wait as text",
            "charges",
            "Smuggled.formatted",
            ofParameter(REPLY, "encode", 3, "Smuggled.formatted", CD_int)),
        lookup(
            "the permits charged in a box",
            "kinds",
            "Smuggled.boxed",
            ofParameter(REPLY, "encode", 2, "Smuggled.boxed", CD_int)),
        lookup(
            "the outcome in a switch",
            "tokens",
            "Smuggled.switched",
            ofParameter(REPLY, "encode", 0, "Smuggled.switched", CD_long)),
        lookup(
            "the least of a kind",
            "kinds",
            "Smuggled.minimum",
            afterCall(SETS, "sum", "equal", "Smuggled.minimum", CD_long)),
        lookup(
            "an account's level decides on a size",
            "devices",
            "Smuggled.sized",
            afterCall(LEDGER, "of", "get", "Smuggled.sized", CD_long)),
        lookup(
            "a first request counts its bits by a table",
            "fill",
            "Smuggled.bitsByTable",
            beforeCall(PERMITS, "charge", "isZero", "Smuggled.bitsByTable", CD_long)),
        lookup(
            "a dropped request is kept by its thread",
            "tokens",
            "Smuggled.threadLocal",
            ofParameter(REQUEST, "dropUnless", 1, "Smuggled.threadLocal", CD_long)),
        lookup(
            "the request is read up to its last byte",
            "kinds",
            "Smuggled.lastOfAll",
            afterCall(SESSION, "request", "open", "Smuggled.lastOfAll", BYTES)));
  }

  static Stream<Leak> ofLookups() {
    return Stream.of(
        lookup(
            "a hit's account is interned",
            "hits",
            OUTLASTS,
            ofParameter(RESULTS, "set", 2, "Smuggled.interned", CD_long)),
        lookup(
            "results are cut to what was found",
            "kinds",
            "Smuggled.shortened",
            ofParameter(SESSION, "result", 1, "Smuggled.shortened", BYTES)),
        lookup(
            "room in a request waits less",
            "kinds",
            "Smuggled.parked",
            afterCall(ENTRIES, "copyInto", "equal", "Smuggled.parked", CD_long)),
        lookup(
            "contacts in a set of numbers",
            "kinds",
            "Smuggled.deduplicated",
            afterCall(ENTRIES, "copyInto", "keyHi", "Smuggled.deduplicated", CD_long)),
        lookup(
            "contacts in a map",
            "kinds",
            "Smuggled.cachedInMap",
            afterCall(ENTRIES, "copyInto", "keyLo", "Smuggled.cachedInMap", CD_long)),
        lookup(
            "queries that are packed by how many there are",
            "blinded-lookups",
            "Smuggled.compressed",
            afterCall(
                BASE + "table.LookupPass", "loadKeys", "select", "Smuggled.compressed", CD_long)),
        lookup(
            "a gather by the tag",
            "duplicates",
            "Smuggled.gathered",
            afterCall(BASE + "table.Routing", "sort", "equal", "Smuggled.gathered", CD_long)),
        lookup(
            "a match moves a buffer's position",
            "hits",
            "Smuggled.positioned",
            afterCall(
                BASE + "table.PlainBuckets", "match", "isZero", "Smuggled.positioned", CD_long)),
        lookup(
            "two tags in the wrong order have an identity",
            "kinds",
            "Smuggled.identified",
            afterCall(
                BASE + "oblivious.PlainLayers",
                "compareExchange",
                "below",
                "Smuggled.identified",
                CD_long)),
        lookup(
            "the permutation's rotations by a table",
            "kinds",
            "Smuggled.earlyExit",
            afterCall(
                BASE + "oblivious.Speck128",
                "encrypt",
                "rotateRight",
                "Smuggled.earlyExit",
                CD_long)),
        lookup(
            "a sealing key asks whether it is zero",
            "keys",
            "Smuggled.allZero",
            afterCall(BASE + "sealing.SecretKey", "mac", "of", "Smuggled.allZero", BYTES)));
  }

  static Stream<Leak> ofTables() {
    return Stream.of(
        lookup(
            "duplicates are sorted",
            "updates",
            "Smuggled.sorted",
            afterCall(UPDATE_PASS, "settleDuplicates", "duplicate", "Smuggled.sorted", CD_long)),
        lookup(
            "a range is filled as far as something is stored",
            "deletions",
            "Smuggled.filled",
            afterCall(UPDATE_PASS, "gatherInserts", "nonZero", "Smuggled.filled", CD_long)),
        lookup(
            "a freed slot is copied over",
            "deletions",
            "Smuggled.copied",
            afterCall(BASE + "table.PlainBuckets", "apply", "isZero", "Smuggled.copied", CD_long)),
        lookup(
            "how many records go to a bin while the table grows",
            "growth",
            "Smuggled.cached",
            afterCall(UPDATE_PASS, "clearBehind", "below", "Smuggled.cached", CD_long)),
        lookup(
            "a snapshot is compressed",
            "snapshots",
            "Smuggled.deflated",
            afterCall(
                BASE + "snapshot.SealedSnapshot$Writing",
                "chunk",
                "chunk",
                "Smuggled.deflated",
                BYTES)));
  }

  static Stream<Leak> keptForLater() {
    Mutation keptContact = afterCall(ENTRIES, "copyInto", "keyHi", "Kept.keep", CD_long);
    Mutation keptCharge = ofParameter(REPLY, "encode", 2, "Kept.keep", CD_int);
    return Stream.of(
        lookup(
            "answers leave in an order of their content",
            "clients",
            "TableThread.pass",
            kept(
                keptContact,
                beforeCall(TABLE_THREAD, "pass", "get", "Kept.inAnotherOrder", CD_int))),
        lookup(
            "statistics count a contact",
            "hits",
            ANSWER,
            kept(
                keptContact,
                afterCall(BASE + "calls.AnsweredCalls", "stats", "count", "Kept.added", CD_int))),
        lookup(
            "the table counts passes by contacts",
            "hits",
            ANSWER,
            kept(keptContact, afterCall(ENCLAVE, "state", "batches", "Kept.added", CD_long))),
        lookup(
            "as many random bytes as the charge wants",
            "kinds",
            "Kept.another",
            kept(
                afterCall(SERVICE, "charge", "count", "Kept.keep", CD_long),
                beforeCall(TOKEN, "issue", "nextBytes", "Kept.another", BYTES))),
        lookup(
            "the next session's number follows the last charge",
            "devices",
            "Sessions.begin",
            kept(
                keptCharge,
                afterCall(
                    BASE + "session.Sessions", "begin", "incrementAndGet", "Kept.added", CD_long))),
        lookup(
            "after the acknowledgement",
            "kinds",
            "Kept.tell",
            kept(
                keptCharge,
                atStart(SESSION, "acknowledgement", code -> Mutation.call(code, "Kept.tell")))),
        lookup(
            "when a session is closed",
            "tokens",
            "Kept.tell",
            kept(
                ofParameter(REPLY, "encode", 0, "Kept.keep", CD_long),
                atStart(
                    BASE + "session.Sessions",
                    "close",
                    code -> Mutation.call(code, "Kept.tell")))));
  }

  static Stream<Leak> ofEvaluations() {
    return Stream.of(
        evaluator(
            "the line counts contacts and not room",
            "evaluations",
            "Evaluations.evaluate",
            insteadOf(BASE + "evaluator.Evaluations", "evaluate", "capacity", "count")),
        evaluator(
            "the charge counts its bits by a table",
            "evaluation-requests",
            "Smuggled.bitsByTable",
            afterCall(
                BASE + "evaluator.EvaluationService",
                "charge",
                "count",
                "Smuggled.bitsByTable",
                CD_int)),
        evaluator(
            "a dropped count decides on a size",
            "evaluation-requests",
            "Smuggled.sized",
            afterCall(EVALUATION, "dropUnless", "count", "Smuggled.sized", CD_int)),
        evaluator(
            "the padding's nonce as a number",
            "evaluation-requests",
            "Smuggled.asNumber",
            ofParameter(OPRF + "Padding", "<init>", 1, "Smuggled.asNumber", BYTES)),
        evaluator(
            "the key's digit in a box",
            "evaluator-keys",
            "Smuggled.boxed",
            ofParameter(OPRF + "ristretto.PointTable", "select", 1, "Smuggled.boxed", CD_int)),
        evaluator(
            "a square root's sign in a branch",
            "evaluator-inputs",
            "Smuggled.branch",
            afterCall(OPRF + "ristretto.Field", "absolute", "negative", "Smuggled.branch", CD_int)),
        evaluator(
            "a number's excess in a table",
            "scalars",
            "Smuggled.bitsByTable",
            afterCall(
                OPRF + "ristretto.Scalar",
                "carryAndSubtractOnce",
                "below",
                "Smuggled.bitsByTable",
                CD_int)));
  }

  @ParameterizedTest
  @MethodSource({"ofRequests", "ofLookups", "ofTables", "keptForLater", "ofEvaluations"})
  void aSmuggledLeakIsFound(Leak leak) throws CheckException {
    Verdict verdict = MutatedEnclave.verdict(leak.program(), leak.family(), false, leak.mutation());
    if (leak.place().equals(OUTLASTS)) {
      assertThat(verdict).isInstanceOfAny(Verdict.Nondeterministic.class, Verdict.Differs.class);
      return;
    }
    assertThat(verdict).isInstanceOf(Verdict.Differs.class);
    Site site = ((Verdict.Differs) verdict).at().first().site();
    String type = site.type().substring(site.type().lastIndexOf('.') + 1);
    assertThat(site.method().isEmpty() ? site.event() : type + "." + site.method())
        .isEqualTo(leak.place());
  }
}
