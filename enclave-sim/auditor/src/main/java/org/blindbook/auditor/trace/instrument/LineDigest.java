package org.blindbook.auditor.trace.instrument;

import java.lang.classfile.Instruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.blindbook.protocol.Sha256;

/**
 * A short name for what a source line does. Which local variable, how far a jump and which lambda
 * of the class stay out of it: they change when another line does.
 */
final class LineDigest {
  /** Enough to tell the lines of one method apart. */
  private static final int BYTES = 4;

  private LineDigest() {}

  /**
   * @param earlier lines of the method that are made of the same
   * @return hexadecimal
   */
  static String of(String text, int earlier) {
    byte[] hash = Sha256.of((text + earlier).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, BYTES);
  }

  static String text(Instruction instruction) {
    return switch (instruction) {
      case LoadInstruction i -> "load " + i.typeKind();
      case StoreInstruction i -> "store " + i.typeKind();
      case IncrementInstruction i -> "increment " + i.constant();
      case ConstantInstruction i -> "constant " + i.typeKind() + " " + i.constantValue();
      case FieldInstruction i ->
          i.opcode() + " " + named(i.owner().asInternalName()) + "." + i.name().stringValue();
      case InvokeInstruction i ->
          i.opcode()
              + " "
              + named(i.owner().asInternalName())
              + "."
              + SourceLines.writtenName(i.name().stringValue())
              + i.type().stringValue();
      case InvokeDynamicInstruction i ->
          "dynamic "
              + i.bootstrapMethod().methodName()
              + i.type().stringValue()
              + i.bootstrapArgs().stream().map(LineDigest::argument).toList();
      case NewObjectInstruction i -> "new " + named(i.className().asInternalName());
      case NewReferenceArrayInstruction i -> "array " + i.componentType().asInternalName();
      case TypeCheckInstruction i -> i.opcode() + " " + i.type().asInternalName();
      case TableSwitchInstruction i -> cases(i.cases());
      case LookupSwitchInstruction i -> cases(i.cases());
      default -> instruction.opcode().name();
    };
  }

  private static String argument(ConstantDesc argument) {
    return argument instanceof DirectMethodHandleDesc target
        ? target.owner().descriptorString() + "." + SourceLines.writtenName(target.methodName())
        : argument.toString();
  }

  private static String cases(List<SwitchCase> cases) {
    return cases.stream()
        .map(c -> Integer.toString(c.caseValue()))
        .collect(Collectors.joining(",", "switch ", ""));
  }

  /** Anonymous classes are numbered through. */
  private static String named(String type) {
    return type.replaceAll("\\$\\d+", "\\$");
  }
}
