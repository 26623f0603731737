package org.blindbook.auditor.trace;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * An error planted in a shipped class.
 *
 * @param type the class that is changed
 */
record Mutation(String type, UnaryOperator<byte[]> change) implements UnaryOperator<byte[]> {

  /** Gives a method another body. */
  static Mutation newBody(String type, String method, Consumer<CodeBuilder> body) {
    return new Mutation(
        type,
        bytes ->
            transform(
                bytes,
                method,
                (builder, element) -> {
                  if (element instanceof CodeAttribute) {
                    builder.withCode(body);
                  } else {
                    builder.with(element);
                  }
                }));
  }

  /** Inserts code into a method behind every call of another. */
  static Mutation afterCall(
      String type, String method, String called, Consumer<CodeBuilder> inserted) {
    CodeTransform insert =
        (code, element) -> {
          code.with(element);
          if (element instanceof InvokeInstruction call && call.name().equalsString(called)) {
            inserted.accept(code);
          }
        };
    return new Mutation(
        type, bytes -> transform(bytes, method, MethodTransform.transformingCode(insert)));
  }

  private static byte[] transform(byte[] bytes, String method, MethodTransform transform) {
    ClassFile classFile = ClassFile.of();
    ClassModel model = classFile.parse(bytes);
    return classFile.transformClass(
        model,
        ClassTransform.transformingMethods(m -> m.methodName().equalsString(method), transform));
  }

  /** The class, changed if it is the one. */
  @Override
  public byte[] apply(byte[] bytes) {
    String name = ClassFile.of().parse(bytes).thisClass().asInternalName().replace('/', '.');
    return name.equals(type) ? change.apply(bytes) : bytes;
  }

  /** Ends the method when the mask on the stack is set. */
  static void returnIfSet(CodeBuilder code) {
    code.dup2().lconst_0().lcmp().ifThen(CodeBuilder::return_);
  }

  /** Returns one number or another, by a branch on whether local x is below y, unsigned. */
  static void returnByBranch(CodeBuilder code, int x, int y, long ifBelow, long otherwise) {
    code.lload(x).loadConstant(Long.MIN_VALUE).lxor();
    code.lload(y).loadConstant(Long.MIN_VALUE).lxor();
    code.lcmp()
        .ifThenElse(
            Opcode.IFLT,
            then -> then.loadConstant(ifBelow).lreturn(),
            other -> other.loadConstant(otherwise).lreturn());
  }
}
