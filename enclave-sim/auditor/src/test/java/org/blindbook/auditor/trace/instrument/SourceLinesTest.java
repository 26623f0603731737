package org.blindbook.auditor.trace.instrument;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SourceLinesTest {
  private static final ClassDesc TYPE = ClassDesc.of("a.B");

  private static List<Site> linesOf(String method, Consumer<CodeBuilder> body) {
    byte[] bytes =
        ClassFile.of()
            .build(
                TYPE,
                type ->
                    type.withMethodBody(
                        method,
                        MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int),
                        ClassFile.ACC_STATIC,
                        body::accept));
    ClassModel model = ClassFile.of().parse(bytes);
    return new SourceLines("a.B", model).all();
  }

  private static List<Site> lines(Consumer<CodeBuilder> body) {
    return linesOf("c", body);
  }

  @Test
  void aLineIsTheSameWhereverItStandsAndInWhicheverVariable() {
    List<Site> before = lines(c -> c.lineNumber(7).iload(0).istore(1).iload(1).ireturn());
    List<Site> after =
        lines(
            c -> {
              c.lineNumber(20).iconst_3().istore(1);
              c.lineNumber(30).iload(0).istore(2).iload(2).ireturn();
            });
    assertThat(before).hasSize(1);
    assertThat(after).hasSize(2);
    assertThat(after.getLast().line()).isEqualTo(30);
    assertThat(after.getLast().detail()).isEqualTo(before.getFirst().detail());
  }

  @Test
  void aLineThatDoesSomethingElseIsAnother() {
    String one =
        lines(c -> c.lineNumber(7).iload(0).iconst_1().iadd().ireturn()).getFirst().detail();
    assertThat(lines(c -> c.lineNumber(7).iload(0).iconst_2().iadd().ireturn()).getFirst().detail())
        .isNotEqualTo(one);
    assertThat(lines(c -> c.lineNumber(7).iload(0).iconst_1().isub().ireturn()).getFirst().detail())
        .isNotEqualTo(one);
  }

  @Test
  void twoLinesThatDoTheSameAreTold() {
    List<Site> lines =
        lines(
            c -> {
              c.lineNumber(1).iload(0).ifThen(Opcode.IFEQ, then -> then.iconst_0().ireturn());
              c.lineNumber(2).iload(0).ifThen(Opcode.IFEQ, then -> then.iconst_0().ireturn());
              c.lineNumber(3).iconst_1().ireturn();
            });
    assertThat(lines).extracting(Site::detail).doesNotHaveDuplicates().hasSize(3);
  }

  @Test
  void aLineInSeveralPiecesIsOne() {
    List<Site> lines =
        lines(
            c -> {
              c.lineNumber(1).iload(0);
              c.lineNumber(2).iconst_1();
              c.lineNumber(1).iadd().ireturn();
            });
    assertThat(lines).extracting(Site::line).containsExactly(1, 2);
  }

  @Test
  void aLambdaBelongsToTheMethodThatItIsWrittenIn() {
    assertThat(linesOf("lambda$find$12", c -> c.lineNumber(1).iload(0).ireturn()))
        .extracting(Site::method)
        .containsExactly("find");
    assertThat(SourceLines.writtenName("lambda$new$0")).isEqualTo("<init>");
  }
}
