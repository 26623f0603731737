package org.blindbook.auditor.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.stream.Stream;
import org.blindbook.auditor.trace.instrument.Site;
import org.blindbook.platform.EnclaveProgram;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Errors planted in the shipped enclaves themselves: each must be found where it was planted. */
class MutatedEnclaveTest {
  private static final String ENCLAVE = "org.blindbook.enclave.";
  private static final String MASKS = ENCLAVE + "constanttime.Masks";
  private static final String GROUP = "org.blindbook.protocol.oprf.ristretto.";

  static Stream<Arguments> mutations() {
    return Stream.of(
        inLookup(
            "the scan ends at the first match",
            "hits",
            "match",
            Mutation.afterCall(
                ENCLAVE + "table.PlainBuckets", "match", "isZero", Mutation::returnIfSet)),
        inLookup(
            "duplicates are settled until a later entry comes first",
            "updates",
            "settleDuplicates",
            Mutation.afterCall(
                ENCLAVE + "table.UpdatePass", "settleDuplicates", "below", Mutation::returnIfSet)),
        inLookup(
            "choosing by a branch",
            "fill",
            "select",
            Mutation.newBody(
                MASKS,
                "select",
                code -> {
                  code.lload(0).lconst_0().lcmp();
                  code.ifThenElse(
                      then -> then.lload(2).lreturn(), other -> other.lload(4).lreturn());
                })),
        inLookup(
            "comparing by a branch",
            "adversarial-keys",
            "below",
            Mutation.newBody(MASKS, "below", code -> Mutation.returnByBranch(code, 0, 2, -1, 0))),
        inLookup(
            "the sum of a set carries by a branch",
            "kinds",
            "carry",
            Mutation.newBody(
                ENCLAVE + "tokens.SetHash",
                "carry",
                code -> Mutation.returnByBranch(code, 4, 0, 1, 0))),
        inLookup(
            "a repeated charge is found early",
            "charges",
            "repeatMask",
            Mutation.afterCall(
                ENCLAVE + "permits.Permits",
                "repeatMask",
                "isZero",
                code -> code.dup2().lconst_0().lcmp().ifThen(t -> t.lconst_0().lreturn()))),
        inEvaluator(
            "a repeated charge of an evaluation is found early",
            "evaluation-requests",
            "repeatMask",
            Mutation.afterCall(
                ENCLAVE + "permits.Permits",
                "repeatMask",
                "isZero",
                code -> code.dup2().lconst_0().lcmp().ifThen(t -> t.lconst_0().lreturn()))),
        inEvaluator(
            "double and add: a window of zero is passed over",
            "evaluator-keys",
            "select",
            Mutation.afterCall(
                GROUP + "PointTable",
                "select",
                "fill",
                code -> code.iload(1).ifThen(Opcode.IFEQ, CodeBuilder::return_))),
        inEvaluator(
            "the table of a proof's key is read where its digit says",
            "evaluator-proofs",
            "select",
            Mutation.afterCall(
                GROUP + "PointTable",
                "select",
                "fill",
                code -> code.aload(2).iload(1).loadConstant(8).iadd().iaload().pop())),
        inEvaluator(
            "a square root is chosen by a branch",
            "evaluator-inputs",
            "select",
            Mutation.newBody(
                GROUP + "Field",
                "select",
                code -> {
                  code.iload(0).ifThen(Opcode.IFEQ, CodeBuilder::return_);
                  code.iload(0).aload(1).iconst_0().aload(2).iconst_0();
                  code.invokestatic(
                      ClassDesc.of("org.bouncycastle.math.ec.rfc7748.X25519Field"),
                      "cmov",
                      MethodTypeDesc.ofDescriptor("(I[II[II)V"));
                  code.return_();
                })),
        inEvaluator(
            "a number is compared with the order limb by limb until they differ",
            "scalars",
            "below",
            Mutation.newBody(
                GROUP + "Scalar",
                "below",
                code -> {
                  code.aload(0).loadConstant(0).iaload().loadConstant(0x1CF5_D3ED);
                  code.ifThenElse(
                      Opcode.IF_ICMPLT,
                      then -> then.iconst_m1().ireturn(),
                      other -> other.iconst_0().ireturn());
                })));
  }

  private static Arguments inLookup(String what, String family, String method, Mutation mutation) {
    return Arguments.of(what, EnclaveProgram.LOOKUP, family, method, mutation);
  }

  private static Arguments inEvaluator(
      String what, String family, String method, Mutation mutation) {
    return Arguments.of(what, EnclaveProgram.EVALUATOR, family, method, mutation);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutations")
  void aPlantedErrorIsFound(
      String what, EnclaveProgram program, String family, String method, Mutation mutation)
      throws CheckException {
    Verdict verdict = MutatedEnclave.verdict(program, family, true, mutation);
    assertThat(verdict).isInstanceOf(Verdict.Differs.class);
    Site site = ((Verdict.Differs) verdict).at().first().site();
    assertThat(site.type()).isEqualTo(mutation.type());
    assertThat(site.method()).isEqualTo(method);
  }
}
