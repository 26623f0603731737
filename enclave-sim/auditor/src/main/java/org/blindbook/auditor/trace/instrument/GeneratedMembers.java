package org.blindbook.auditor.trace.instrument;

import java.lang.classfile.ClassModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.util.List;
import java.util.Set;

/** Which members of enums and records the compiler wrote. */
public final class GeneratedMembers {
  private static final Set<String> OF_ENUMS = Set.of("values", "valueOf", "$values");

  private GeneratedMembers() {}

  /** Whether nobody wrote this method: it is of an enum or a record as the language has it. */
  public static boolean isOfEnumOrRecord(ClassModel type, MethodModel method) {
    return (isA(type, "java/lang/Enum") && OF_ENUMS.contains(method.methodName().stringValue()))
        || (isA(type, "java/lang/Record") && isOfRecord(method));
  }

  private static boolean isA(ClassModel type, String parent) {
    return type.superclass().filter(s -> s.asInternalName().equals(parent)).isPresent();
  }

  /** An accessor, or what {@code ObjectMethods} makes. */
  private static boolean isOfRecord(MethodModel method) {
    List<Instruction> code = instructions(method);
    boolean reads =
        code.size() == 3
            && code.get(1) instanceof FieldInstruction field
            && field.opcode() == Opcode.GETFIELD
            && field.name().equalsString(method.methodName().stringValue());
    return reads
        || code.stream()
            .anyMatch(
                i ->
                    i instanceof InvokeDynamicInstruction dynamic
                        && dynamic.bootstrapMethod().owner().displayName().equals("ObjectMethods"));
  }

  static List<Instruction> instructions(MethodModel method) {
    return method
        .code()
        .orElseThrow()
        .elementStream()
        .filter(Instruction.class::isInstance)
        .map(Instruction.class::cast)
        .toList();
  }
}
