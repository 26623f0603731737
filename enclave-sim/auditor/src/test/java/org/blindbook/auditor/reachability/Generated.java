package org.blindbook.auditor.reachability;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.reflect.AccessFlag;
import java.util.List;
import java.util.Set;

/** Members that nobody wrote: of records and enums, bridges, lambdas' bodies, initialisers. */
final class Generated {
  private static final Set<String> OF_ENUMS = Set.of("values", "valueOf", "$values");

  private Generated() {}

  static boolean is(ClassModel type, MethodModel method) {
    String name = method.methodName().stringValue();
    return name.equals("<clinit>")
        || ImageClasses.is(method, AccessFlag.SYNTHETIC)
        || ImageClasses.is(method, AccessFlag.BRIDGE)
        || keepsFromBeingMade(method)
        || (extendsClass(type, "java/lang/Enum") && OF_ENUMS.contains(name))
        || (extendsClass(type, "java/lang/Record") && isGeneratedOfRecord(method));
  }

  /** A private constructor without parameters: of a class of functions. */
  private static boolean keepsFromBeingMade(MethodModel method) {
    return method.methodName().equalsString("<init>")
        && method.methodType().equalsString("()V")
        && ImageClasses.is(method, AccessFlag.PRIVATE);
  }

  private static boolean extendsClass(ClassModel type, String parent) {
    return type.superclass().filter(s -> s.asInternalName().equals(parent)).isPresent();
  }

  /** An accessor, or what {@code ObjectMethods} makes. */
  private static boolean isGeneratedOfRecord(MethodModel method) {
    List<Instruction> instructions =
        method
            .code()
            .orElseThrow()
            .elementStream()
            .filter(Instruction.class::isInstance)
            .map(Instruction.class::cast)
            .toList();
    boolean reads =
        instructions.size() == 3
            && instructions.get(1) instanceof FieldInstruction field
            && field.opcode() == Opcode.GETFIELD
            && field.name().equalsString(method.methodName().stringValue());
    return reads || instructions.stream().anyMatch(Generated::makesObjectMethod);
  }

  private static boolean makesObjectMethod(CodeElement element) {
    return element instanceof InvokeDynamicInstruction dynamic
        && dynamic.bootstrapMethod().owner().displayName().equals("ObjectMethods");
  }
}
