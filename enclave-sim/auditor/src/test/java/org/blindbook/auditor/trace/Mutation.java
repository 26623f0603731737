package org.blindbook.auditor.trace;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
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
    return atCalls(
        type,
        method,
        call -> call.name().equalsString(called),
        (code, call) -> {
          code.with(call);
          inserted.accept(code);
        });
  }

  /**
   * What a method's call gives passes through a planted function.
   *
   * @param planted class and name of a function of {@code planted}, from the type to itself
   */
  static Mutation afterCall(
      String type, String method, String called, String planted, ClassDesc passed) {
    return atCalls(
        type,
        method,
        call -> call.name().equalsString(called) && call.typeSymbol().returnType().equals(passed),
        (code, call) -> {
          code.with(call);
          pass(code, planted, passed);
        });
  }

  /** What a method's call is given last passes through a planted function. */
  static Mutation beforeCall(
      String type, String method, String called, String planted, ClassDesc passed) {
    return atCalls(
        type,
        method,
        call -> call.name().equalsString(called),
        (code, call) -> {
          pass(code, planted, passed);
          code.with(call);
        });
  }

  /** A method calls another than it should, of the same owner and type. */
  static Mutation insteadOf(String type, String method, String called, String other) {
    return atCalls(
        type,
        method,
        call -> call.name().equalsString(called),
        (code, call) ->
            code.invoke(
                call.opcode(),
                call.owner().asSymbol(),
                other,
                call.typeSymbol(),
                call.isInterface()));
  }

  private static Mutation atCalls(
      String type,
      String method,
      Predicate<InvokeInstruction> which,
      BiConsumer<CodeBuilder, InvokeInstruction> replaced) {
    CodeTransform change =
        (code, element) -> {
          if (element instanceof InvokeInstruction call && which.test(call)) {
            replaced.accept(code, call);
          } else {
            code.with(element);
          }
        };
    return new Mutation(
        type, bytes -> transform(bytes, method, MethodTransform.transformingCode(change)));
  }

  /** Gives a class a static number, which is 0 at first, and inserts code in front of a method. */
  static Mutation withMemory(
      String type, String field, String method, Consumer<CodeBuilder> inserted) {
    return new Mutation(
        type,
        bytes -> {
          ClassFile classFile = ClassFile.of();
          byte[] changed = transform(bytes, method, inserting(inserted));
          return classFile.transformClass(
              classFile.parse(changed),
              ClassTransform.endHandler(
                  builder ->
                      builder.withField(
                          field,
                          ConstantDescs.CD_int,
                          ClassFile.ACC_STATIC | ClassFile.ACC_PRIVATE)));
        });
  }

  /**
   * What a method is given passes through a planted function.
   *
   * @param slot of the local variable that holds it
   */
  static Mutation ofParameter(
      String type, String method, int slot, String planted, ClassDesc passed) {
    TypeKind kind = TypeKind.from(passed);
    return atStart(
        type,
        method,
        code -> {
          code.loadLocal(kind, slot);
          pass(code, planted, passed);
          code.storeLocal(kind, slot);
        });
  }

  /** Inserts code at a method's start. */
  static Mutation atStart(String type, String method, Consumer<CodeBuilder> inserted) {
    return new Mutation(type, bytes -> transform(bytes, method, inserting(inserted)));
  }

  private static MethodTransform inserting(Consumer<CodeBuilder> inserted) {
    return MethodTransform.transformingCode(
        CodeTransform.ofStateful(
            () ->
                new CodeTransform() {
                  @Override
                  public void atStart(CodeBuilder code) {
                    inserted.accept(code);
                  }

                  @Override
                  public void accept(CodeBuilder code, CodeElement element) {
                    code.with(element);
                  }
                }));
  }

  /** Calls a planted function that takes and gives nothing. */
  static void call(CodeBuilder code, String planted) {
    invoke(code, planted, MethodTypeDesc.of(ConstantDescs.CD_void));
  }

  static void pass(CodeBuilder code, String planted, ClassDesc passed) {
    invoke(code, planted, MethodTypeDesc.of(passed, passed));
  }

  static void invoke(CodeBuilder code, String planted, MethodTypeDesc type) {
    int dot = planted.indexOf('.');
    code.invokestatic(
        ClassDesc.of(PlantedCode.PACKAGE + planted.substring(0, dot)),
        planted.substring(dot + 1),
        type);
  }

  /**
   * Stack maps have to be there, for they say where a jump may go; but the types in them need not
   * be exact, because the instrumenter, which knows all classes, works them out again.
   */
  private static byte[] transform(byte[] bytes, String method, MethodTransform transform) {
    ClassFile classFile =
        ClassFile.of(
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.defaultResolver()
                    .orElse(unknown -> ClassHierarchyResolver.ClassHierarchyInfo.ofInterface())));
    ClassModel model = classFile.parse(bytes);
    byte[] changed = transform(classFile, model, method, transform);
    CodeTransform same = (code, element) -> code.with(element);
    if (Arrays.equals(
        changed, transform(classFile, model, method, MethodTransform.transformingCode(same)))) {
      throw new IllegalArgumentException("nothing to change in " + method);
    }
    return changed;
  }

  private static byte[] transform(
      ClassFile classFile, ClassModel model, String method, MethodTransform transform) {
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
