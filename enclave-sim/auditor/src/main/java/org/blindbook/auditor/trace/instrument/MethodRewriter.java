package org.blindbook.auditor.trace.instrument;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts a report in front of every instruction of a method that touches memory, branches, allocates,
 * or takes a time that depends on its operands.
 */
final class MethodRewriter implements CodeTransform {
  private static final String VECTOR_OPERATORS = "jdk.incubator.vector.VectorOperators";

  private final SiteFactory sites;
  private final CallRewriter calls;
  private final Scratch scratch;
  private final Set<Label> handlers;
  private final boolean isStatic;
  private final boolean initialiser;

  /** In a constructor, until it has called another: {@code this} may not be handed to anybody. */
  private boolean unconstructed;

  /**
   * Objects made and not yet constructed, the last one first: whether a copy of the reference will
   * be on the stack when they are.
   */
  private final Deque<Boolean> made = new ArrayDeque<>();

  private boolean justMade;

  /** A handler begins; its line is not known yet. */
  private boolean catching;

  MethodRewriter(
      SiteFactory sites, CallRewriter calls, Scratch scratch, MethodModel method, CodeModel code) {
    this.sites = sites;
    this.calls = calls;
    this.scratch = scratch;
    this.handlers =
        code.exceptionHandlers().stream().map(ExceptionCatch::handler).collect(Collectors.toSet());
    this.isStatic = method.flags().has(java.lang.reflect.AccessFlag.STATIC);
    this.initialiser = method.methodName().equalsString("<clinit>");
    this.unconstructed = method.methodName().equalsString("<init>");
  }

  @Override
  public void atStart(CodeBuilder code) {
    if (initialiser) {
      SiteFactory.tell(code, "initialising");
      return;
    }
    if (isStatic || unconstructed) {
      sites.report(code, Site.ENTERED, "", "reached");
    } else {
      // The call read the object's class: which object is part of the trace.
      code.aload(0);
      sites.report(code, Site.ENTERED, "", "object", CD_Object);
    }
  }

  @Override
  public void accept(CodeBuilder code, CodeElement element) {
    if (element instanceof Instruction instruction) {
      sites.beforeInstruction(code);
      beforeHandler(code);
      if (justMade) {
        made.push(instruction.opcode() == Opcode.DUP);
        justMade = false;
      }
    }
    switch (element) {
      case LineNumber line -> sites.atLine(line.line());
      case LabelTarget target -> catching |= handlers.contains(target.label());
      case ArrayLoadInstruction i -> {
        code.dup2();
        sites.report(code, "array read", name(i.opcode()), "element", CD_Object, CD_int);
      }
      case ArrayStoreInstruction i -> beforeStore(code, i);
      case BranchInstruction i -> beforeBranch(code, i);
      case TableSwitchInstruction i -> beforeSwitch(code, i.cases());
      case LookupSwitchInstruction i -> beforeSwitch(code, i.cases());
      case NewPrimitiveArrayInstruction i -> beforeNewArray(code);
      case NewReferenceArrayInstruction i -> beforeNewArray(code);
      case NewMultiArrayInstruction i -> {
        Scratch.Operands sizes = scratch.take(code, Collections.nCopies(i.dimensions(), CD_int));
        for (int d = 0; d < i.dimensions(); d++) {
          sizes.load(code, d);
          code.dup();
          sites.reportNumber(code, "array allocated", "dimension " + d, TypeKind.INT);
        }
      }
      case ReturnInstruction i when initialiser -> SiteFactory.tell(code, "initialised");
      case NewObjectInstruction i -> justMade = true;
      case OperatorInstruction i -> beforeOperator(code, i.opcode());
      case ConvertInstruction i -> beforeConversion(code, i);
      case ThrowInstruction i -> {
        code.dup();
        sites.report(code, "exception thrown", "", "exception", CD_Object);
      }
      case MonitorInstruction i -> reportTop(code, "monitor", name(i.opcode()), "object");
      case TypeCheckInstruction i -> reportTop(code, "type asked", name(i.opcode()), "type");
      case FieldInstruction i -> beforeField(code, i);
      case InvokeInstruction i -> {
        calls.call(code, i);
        if (i.name().equalsString("<init>")) {
          afterConstructor(code);
        }
        return;
      }
      case InvokeDynamicInstruction i -> {
        calls.dynamicCall(code, i);
        return;
      }
      default -> {}
    }
    code.with(element);
    if (element instanceof NewPrimitiveArrayInstruction
        || element instanceof NewReferenceArrayInstruction
        || element instanceof NewMultiArrayInstruction) {
      SiteFactory.number(code);
    }
  }

  private void afterConstructor(CodeBuilder code) {
    if (made.isEmpty()) {
      unconstructed = false; // this(...) or super(...)
    } else if (made.pop()) {
      SiteFactory.number(code);
    }
  }

  private void beforeHandler(CodeBuilder code) {
    if (catching) {
      catching = false;
      reportTop(code, "exception caught", "", "exception");
    }
  }

  private void reportTop(CodeBuilder code, String event, String detail, String probe) {
    code.dup();
    sites.report(code, event, detail, probe, CD_Object);
  }

  private void beforeStore(CodeBuilder code, ArrayStoreInstruction store) {
    TypeKind kind = store.typeKind().asLoadable();
    int value = scratch.slot(code, kind, 0);
    code.storeLocal(kind, value);
    code.dup2();
    sites.report(code, "array write", name(store.opcode()), "element", CD_Object, CD_int);
    code.loadLocal(kind, value);
  }

  private void beforeBranch(CodeBuilder code, BranchInstruction branch) {
    String detail = name(branch.opcode());
    switch (branch.opcode()) {
      case IFEQ, IFNE -> one(code, detail, "zero", CD_int);
      case IFLT, IFGE -> one(code, detail, "negative", CD_int);
      case IFGT, IFLE -> one(code, detail, "positive", CD_int);
      case IFNULL, IFNONNULL -> one(code, detail, "isNull", CD_Object);
      case IF_ICMPEQ, IF_ICMPNE -> two(code, detail, "equal", CD_int);
      case IF_ICMPLT, IF_ICMPGE -> two(code, detail, "less", CD_int);
      case IF_ICMPGT, IF_ICMPLE -> two(code, detail, "greater", CD_int);
      case IF_ACMPEQ, IF_ACMPNE -> two(code, detail, "same", CD_Object);
      default -> {} // goto
    }
  }

  private void one(CodeBuilder code, String detail, String probe, ClassDesc type) {
    code.dup();
    sites.report(code, "branch", detail, probe, type);
  }

  private void two(CodeBuilder code, String detail, String probe, ClassDesc type) {
    code.dup2();
    sites.report(code, "branch", detail, probe, type, type);
  }

  private void beforeSwitch(CodeBuilder code, List<SwitchCase> cases) {
    String keys =
        cases.stream()
            .mapToInt(SwitchCase::caseValue)
            .sorted()
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(","));
    code.dup().loadConstant(keys);
    sites.report(code, "switch", "", "choice", CD_int, CD_String);
  }

  private void beforeNewArray(CodeBuilder code) {
    code.dup();
    sites.reportNumber(code, "array allocated", "", TypeKind.INT);
  }

  private void beforeOperator(CodeBuilder code, Opcode opcode) {
    switch (opcode) {
      case ARRAYLENGTH -> reportTop(code, "array length read", "", "object");
      case IDIV, IREM -> {
        code.dup2();
        sites.report(code, "division", name(opcode), "divide", CD_int, CD_int);
      }
      case LDIV, LREM -> operands(code, "division", opcode, "divide", CD_long);
      case LCMP -> operands(code, "comparison", opcode, "compare", CD_long);
      // Subnormal numbers, infinities and NaN take their own time on some processors.
      case FADD, FSUB, FMUL, FDIV, FREM, FCMPG, FCMPL -> floating(code, opcode, CD_float);
      case DADD, DSUB, DMUL, DDIV, DREM, DCMPG, DCMPL -> floating(code, opcode, CD_double);
      default -> {}
    }
  }

  private void operands(
      CodeBuilder code, String event, Opcode opcode, String probe, ClassDesc type) {
    Scratch.Operands operands = scratch.take(code, List.of(type, type));
    operands.loadAll(code);
    sites.report(code, event, name(opcode), probe, type, type);
    operands.loadAll(code);
  }

  private void floating(CodeBuilder code, Opcode opcode, ClassDesc type) {
    Scratch.Operands operands = scratch.take(code, List.of(type, type));
    for (int i = 0; i < 2; i++) {
      operands.load(code, i);
      sites.reportNumber(code, "floating-point operand", name(opcode), TypeKind.from(type));
      operands.load(code, i);
    }
  }

  /** From floating point to integers: out of range goes another way. */
  private void beforeConversion(CodeBuilder code, ConvertInstruction conversion) {
    TypeKind from = conversion.fromType();
    if (from == TypeKind.FLOAT || from == TypeKind.DOUBLE) {
      if (from == TypeKind.FLOAT) {
        code.dup();
      } else {
        code.dup2();
      }
      sites.reportNumber(code, "floating-point operand", name(conversion.opcode()), from);
    }
  }

  private void beforeField(CodeBuilder code, FieldInstruction field) {
    String name = field.name().stringValue();
    switch (field.opcode()) {
      case GETFIELD -> reportTop(code, "field read", name, "object");
      case PUTFIELD -> {
        if (unconstructed) {
          return;
        }
        TypeKind kind = TypeKind.from(field.typeSymbol()).asLoadable();
        int value = scratch.slot(code, kind, 0);
        code.storeLocal(kind, value);
        reportTop(code, "field written", name, "object");
        code.loadLocal(kind, value);
      }
      case GETSTATIC -> {
        if (BinaryNames.of(field.owner().asSymbol()).equals(VECTOR_OPERATORS)) {
          calls.vectorOperator(code, name);
        }
      }
      default -> {}
    }
  }

  private static String name(Opcode opcode) {
    return opcode.name();
  }
}
