package org.blindbook.auditor.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.blindbook.auditor.trace.ObliviousnessCheck.FamilyResult;
import org.blindbook.auditor.trace.instrument.Instrumenters;
import org.blindbook.platform.EnclaveProgram;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Errors planted in the shipped lookup enclave that show once in the life of a process, or in what
 * the first request left behind. Runs of one process, one after the other, do not tell them.
 */
class RememberingEnclaveTest {
  private static final ClassDesc ENTRIES =
      ClassDesc.of("org.blindbook.enclave.lookup.RequestEntries");
  private static final ClassDesc REQUEST =
      ClassDesc.of("org.blindbook.protocol.lookup.DiscoveryRequest");
  private static final String MEMORY = "memory";

  static Stream<Arguments> mutations() {
    return Stream.of(
        Arguments.of(
            "the first key decides whether a class initialises itself",
            copying(
                code ->
                    ifForgotten(
                        code,
                        then -> {
                          secretBits(then, 1);
                          then.ifThen(Opcode.IFNE, RememberingEnclaveTest::initialise);
                          then.iconst_1().putstatic(ENTRIES, MEMORY, ConstantDescs.CD_int);
                        }))),
        Arguments.of(
            "a cache lies where the first key says",
            copying(
                code -> {
                  code.loadConstant(128).newarray(TypeKind.BYTE);
                  code.getstatic(ENTRIES, MEMORY, ConstantDescs.CD_int).baload().pop();
                  ifForgotten(
                      code,
                      then -> {
                        secretBits(then, 63);
                        then.iconst_1().iadd();
                        then.putstatic(ENTRIES, MEMORY, ConstantDescs.CD_int);
                      });
                })));
  }

  private static void initialise(CodeBuilder code) {
    ClassDesc type = ClassDesc.of("org.blindbook.protocol.calls.CallError");
    code.invokestatic(type, "values", MethodTypeDesc.of(type.arrayType())).pop();
  }

  private static Mutation copying(Consumer<CodeBuilder> inserted) {
    return Mutation.withMemory(
        "org.blindbook.enclave.lookup.RequestEntries", MEMORY, "copyInto", inserted);
  }

  private static void ifForgotten(CodeBuilder code, Consumer<CodeBuilder.BlockCodeBuilder> then) {
    code.getstatic(ENTRIES, MEMORY, ConstantDescs.CD_int).ifThen(Opcode.IFEQ, then::accept);
  }

  /** Of the request, which is the method's third argument. */
  private static void secretBits(CodeBuilder code, int mask) {
    code.aload(2).iconst_0();
    code.invokevirtual(REQUEST, "keyHi", MethodTypeDesc.ofDescriptor("(I)J"));
    code.l2i().loadConstant(mask).iand();
  }

  private static Verdict check(Mutation mutation, boolean afresh) throws CheckException {
    ShippedImage image = ShippedImage.read(ShippedEnclave.folder(EnclaveProgram.LOOKUP));
    ObliviousnessCheck check =
        new ObliviousnessCheck(
            image, Instrumenters.ofChanged(image.classes()::get, mutation), Scale.QUICK);
    List<FamilyResult> results = check.run("plain", afresh, "fill"::equals, result -> {});
    return results.getFirst().verdict();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutations")
  void whatOutlivesARequestIsFoundInFreshEnclavesOnly(String what, Mutation mutation)
      throws CheckException {
    assertThat(check(mutation, false)).isEqualTo(new Verdict.Equal());
    Verdict verdict = check(mutation, true);
    assertThat(verdict).isInstanceOf(Verdict.Differs.class);
    assertThat(((Verdict.Differs) verdict).at().first().site().method()).isEqualTo("copyInto");
  }
}
