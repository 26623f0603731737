package org.blindbook.auditor.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.platform.EnclaveProgram.EVALUATOR;
import static org.blindbook.platform.EnclaveProgram.LOOKUP;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.blindbook.auditor.trace.instrument.Site;
import org.blindbook.platform.EnclaveProgram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Errors planted where only one family comes: in the later half of an evaluation, in a session that
 * the host closes, in a turn between two steps. Each must be found where it was planted.
 */
@Tag("campaign") // minutes
class MutatedScenariosTest {
  private static final String LOOKUPS = "org.blindbook.enclave.lookup.";
  private static final String TABLE = "org.blindbook.enclave.table.";
  private static final String EVALUATIONS = "org.blindbook.enclave.evaluator.";
  private static final String PROTOCOL = "org.blindbook.protocol.";
  private static final ClassDesc REQUEST = ClassDesc.of(PROTOCOL + "lookup.DiscoveryRequest");
  private static final ClassDesc EVALUATION =
      ClassDesc.of(PROTOCOL + "evaluation.EvaluationRequest");

  /** The host sees it, and it is in no class of the enclave. */
  private static final String SEEN = "(around the enclave)";

  static Stream<Arguments> mutations() {
    return Stream.of(
        // the evaluator, after the charge
        after(
            "the count of what is evaluated",
            EVALUATOR,
            "evaluations",
            EVALUATIONS + "Evaluations",
            "evaluateNow",
            "count",
            MutatedScenariosTest::branchOnNumber),
        Arguments.of(
            "the count of a request that is given up",
            EVALUATOR,
            "evaluation-endings",
            "abandon",
            Mutation.atStart(
                EVALUATIONS + "EvaluationService$Evaluating",
                "abandon",
                code -> {
                  code.aload(0).getfield(type("EvaluationService$Evaluating"), "asked", EVALUATION);
                  branchOn(code, EVALUATION, "count");
                })),
        after(
            "the field of a malformed evaluation request",
            EVALUATOR,
            "evaluation-malformed",
            PROTOCOL + "evaluation.EvaluationRequest",
            "decode",
            "getInt",
            code -> code.dup().ifThen(Opcode.IFLT, CodeBuilder::nop)),
        // batches
        after(
            "the kind of a contact, in a batch of several classes",
            LOOKUP,
            "mixed-classes",
            LOOKUPS + "RequestEntries",
            "copyInto",
            "kind",
            MutatedScenariosTest::branchOnNumber),
        after(
            "the kind of a contact, in larger classes only",
            LOOKUP,
            "larger-classes",
            LOOKUPS + "RequestEntries",
            "copyInto",
            "kind",
            code ->
                code.iload(3)
                    .loadConstant(64)
                    .ifThen(Opcode.IF_ICMPGE, MutatedScenariosTest::branchOnNumber)),
        after(
            "the sign of a key made of an identifier",
            LOOKUP,
            "identifiers",
            LOOKUPS + "RequestEntries",
            "copyInto",
            "keyHi",
            MutatedScenariosTest::branchOnLong),
        after(
            "the sign of a key made of an output",
            LOOKUP,
            "blinded-identifiers",
            LOOKUPS + "RequestEntries",
            "copyInto",
            "keyHi",
            MutatedScenariosTest::branchOnLong),
        after(
            "a query, in the second part of a scan only",
            LOOKUP,
            "parts",
            TABLE + "LookupPass",
            "scan",
            "offset",
            code -> code.iload(2).ifThen(Opcode.IFGT, MutatedScenariosTest::divideAQuery)),
        // updates
        after(
            "whether a change finds its record, where a batch might not fit",
            LOOKUP,
            "capacity",
            TABLE + "UpdatePass$Routed",
            "change",
            "nonZero",
            MutatedScenariosTest::branchOnLong),
        after(
            "which entries of a padded update store something",
            LOOKUP,
            "update-sizes",
            TABLE + "UpdatePass",
            "gatherInserts",
            "nonZero",
            MutatedScenariosTest::branchOnLong),
        after(
            "what a lookup finds between the steps of an update",
            LOOKUP,
            "turns",
            LOOKUPS + "TableThread",
            "pass",
            "lookup",
            code ->
                code.aload(0)
                    .getfield(
                        ClassDesc.of(LOOKUPS + "TableThread"),
                        "current",
                        ClassDesc.of(LOOKUPS + "TableThread$Job"))
                    .ifThen(Opcode.IFNONNULL, b -> branchOnTheFirstValue(b, 3))),
        after(
            "what a lookup finds while the table grows",
            LOOKUP,
            "growth-turns",
            TABLE + "ObliviousTable",
            "lookup",
            "run",
            code ->
                code.aload(0)
                    .getfield(
                        ClassDesc.of(TABLE + "ObliviousTable"),
                        "growth",
                        ClassDesc.of(TABLE + "Growth"))
                    .ifThen(Opcode.IFNONNULL, b -> branchOnTheFirstValue(b, 1))),
        after(
            "the request that lingers",
            LOOKUP,
            "table-thread",
            LOOKUPS + "TableThread",
            "batchIsDue",
            "nanoTime",
            MutatedScenariosTest::branchOnTheFirstThatWaits),
        // sessions
        after(
            "when permits suffice, of an account's first request",
            LOOKUP,
            "first-requests",
            "org.blindbook.enclave.permits.Permits",
            "secondsUntil",
            "below",
            MutatedScenariosTest::branchOnLong),
        after(
            "a contact of a request of another epoch",
            LOOKUP,
            "epochs",
            LOOKUPS + "LookupService",
            "ask",
            "epoch",
            code -> branchOnKind(code.aload(4))),
        after(
            "the field of a malformed request",
            LOOKUP,
            "malformed",
            PROTOCOL + "lookup.DiscoveryRequest",
            "decode",
            "getInt",
            MutatedScenariosTest::branchOnNumber),
        Arguments.of(
            "a contact of a request that is given up",
            LOOKUP,
            "closings",
            "abandon",
            Mutation.newBody(
                LOOKUPS + "LookupService$Lookup",
                "abandon",
                code -> {
                  code.aload(0);
                  code.getfield(ClassDesc.of(LOOKUPS + "LookupService$Lookup"), "asked", REQUEST);
                  branchOnKind(code);
                  code.return_();
                })),
        after(
            "the outcome, under a key that was replaced",
            LOOKUP,
            "rotations",
            PROTOCOL + "message.TokenReply",
            "encode",
            "allocate",
            code -> code.lload(0).lconst_1().lcmp().ifThen(Opcode.IFEQ, CodeBuilder::nop)),
        // what the host sees
        seen(
            "the level in a ledger's salt",
            "charges",
            Mutation.afterCall(
                "org.blindbook.enclave.permits.Ledger",
                "seal",
                "nextBytes",
                code ->
                    code.aload(5)
                        .iconst_0()
                        .aload(0)
                        .getfield(
                            ClassDesc.of("org.blindbook.enclave.permits.Ledger"),
                            "level",
                            ConstantDescs.CD_long)
                        .loadConstant(1_000_000L)
                        .ladd()
                        .loadConstant(20)
                        .lshr()
                        .l2i()
                        .i2b()
                        .bastore())));
  }

  private static ClassDesc type(String name) {
    return ClassDesc.of(EVALUATIONS + name);
  }

  private static Arguments after(
      String what,
      EnclaveProgram program,
      String family,
      String type,
      String method,
      String called,
      Consumer<CodeBuilder> leak) {
    return Arguments.of(
        what, program, family, method, Mutation.afterCall(type, method, called, leak));
  }

  private static Arguments seen(String what, String family, Mutation mutation) {
    return Arguments.of(what, LOOKUP, family, "", mutation);
  }

  /** Of the number on the stack, which stays. */
  private static void branchOnNumber(CodeBuilder code) {
    code.dup().ifThen(Opcode.IFEQ, CodeBuilder::nop);
  }

  private static void branchOnLong(CodeBuilder code) {
    code.dup2().lconst_0().lcmp().ifThen(Opcode.IFLT, CodeBuilder::nop);
  }

  /** Of a number that the object on the stack gives away. */
  private static void branchOn(CodeBuilder code, ClassDesc type, String method) {
    code.invokevirtual(type, method, MethodTypeDesc.ofDescriptor("()I"));
    code.ifThen(Opcode.IFEQ, CodeBuilder::nop);
  }

  /** Of the first entry of the request on the stack. */
  private static void branchOnKind(CodeBuilder code) {
    code.iconst_0();
    code.invokevirtual(REQUEST, "kind", MethodTypeDesc.ofDescriptor("(I)I"));
    code.ifThen(Opcode.IFEQ, CodeBuilder::nop);
  }

  /** Of one of the first part's queries. */
  private static void divideAQuery(CodeBuilder code) {
    code.aload(5);
    code.invokevirtual(
        ClassDesc.of(TABLE + "BinSlots"), "tagLo", MethodTypeDesc.ofDescriptor("()[J"));
    code.loadConstant(100).laload().lconst_1().ldiv().pop2();
  }

  private static void branchOnTheFirstValue(CodeBuilder code, int batch) {
    code.aload(batch);
    code.getfield(
        ClassDesc.of(TABLE + "LookupBatch"), "valueHi", ConstantDescs.CD_long.arrayType());
    code.iconst_0().laload().lconst_0().lcmp().ifThen(Opcode.IFEQ, CodeBuilder::nop);
  }

  private static void branchOnTheFirstThatWaits(CodeBuilder code) {
    ClassDesc waiting = ClassDesc.of(LOOKUPS + "TableThread$Lookup");
    code.aload(0);
    code.getfield(
        ClassDesc.of(LOOKUPS + "TableThread"), "lookups", ClassDesc.of("java.util.ArrayDeque"));
    code.invokevirtual(
        ClassDesc.of("java.util.ArrayDeque"),
        "peek",
        MethodTypeDesc.ofDescriptor("()Ljava/lang/Object;"));
    code.checkcast(waiting);
    code.invokevirtual(waiting, "request", MethodTypeDesc.of(REQUEST));
    branchOnKind(code);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutations")
  void aPlantedErrorIsFound(
      String what, EnclaveProgram program, String family, String method, Mutation mutation)
      throws CheckException {
    Site site = found(program, family, mutation);
    assertThat(site.type()).isEqualTo(method.isEmpty() ? SEEN : mutation.type());
    assertThat(site.method()).isEqualTo(method);
  }

  /** Where the first two inputs of a family differ that differ. */
  static Site found(EnclaveProgram program, String family, Mutation mutation)
      throws CheckException {
    Verdict verdict = MutatedEnclave.verdict(program, family, false, mutation);
    assertThat(verdict).isInstanceOf(Verdict.Differs.class);
    return ((Verdict.Differs) verdict).at().first().site();
  }
}
