package org.blindbook.auditor.reachability;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.blindbook.auditor.reachability.ImageClasses.Reached;

/**
 * Which own methods of an image can run, by rapid type analysis: a call reaches the method of every
 * class below its target that some reachable code makes an object of. What stands behind a lambda
 * or a method reference is reached where it is made; what overrides a method of a library, when an
 * object of its class is. Nothing is found that only reflection calls; the enclaves use none.
 */
final class Reachability {
  private final ImageClasses classes;
  private final Set<String> reached = new HashSet<>();
  private final Set<String> instantiated = new LinkedHashSet<>();
  private final Set<Call> calls = new LinkedHashSet<>();
  private final Deque<Reached> waiting = new ArrayDeque<>();

  /** A call whose target its receiver decides. */
  private record Call(String owner, String method, String descriptor) {}

  /**
   * @param main internal name of the main class
   */
  Reachability(ImageClasses classes, String main) {
    this.classes = classes;
    reach(main, "main", "([Ljava/lang/String;)V");
    while (!waiting.isEmpty()) {
      Reached next = waiting.pop();
      next.method().code().ifPresent(this::walk);
    }
  }

  private static String key(String type, MethodModel method) {
    return type.replace('/', '.')
        + "."
        + method.methodName().stringValue()
        + method.methodTypeSymbol().displayDescriptor().replaceFirst("\\).*", ")");
  }

  private void reach(String type, String method, String descriptor) {
    classes.resolve(type, method, descriptor).ifPresent(this::reach);
  }

  private void reach(Reached found) {
    initialise(found.type());
    if (reached.add(
        found.type() + key(found.type(), found.method()) + found.method().methodType())) {
      waiting.push(found);
    }
  }

  private void initialise(String type) {
    classes.supertypes(type).stream()
        .filter(classes::isOwn)
        .forEach(
            t -> {
              Optional<Reached> start = classes.resolve(t, "<clinit>", "()V");
              start
                  .filter(s -> s.type().equals(t))
                  .filter(s -> reached.add(t + key(t, s.method()) + s.method().methodType()))
                  .ifPresent(waiting::push);
            });
  }

  private void walk(CodeModel code) {
    for (CodeElement element : code) {
      switch (element) {
        case NewObjectInstruction made -> instantiate(made.className().asInternalName());
        case FieldInstruction field
            when field.opcode() == Opcode.GETSTATIC || field.opcode() == Opcode.PUTSTATIC ->
            initialise(field.owner().asInternalName());
        case InvokeInstruction call ->
            call(
                call.opcode() == Opcode.INVOKEVIRTUAL || call.opcode() == Opcode.INVOKEINTERFACE,
                call.owner().asInternalName(),
                call.name().stringValue(),
                call.type().stringValue());
        case InvokeDynamicInstruction dynamic -> {
          for (ConstantDesc argument : dynamic.bootstrapArgs()) {
            if (argument instanceof DirectMethodHandleDesc target) {
              refer(target);
            }
          }
        }
        default -> {}
      }
    }
  }

  private void refer(DirectMethodHandleDesc target) {
    String owner = internalName(target);
    switch (target.kind()) {
      case CONSTRUCTOR -> {
        instantiate(owner);
        call(false, owner, "<init>", target.lookupDescriptor());
      }
      case VIRTUAL, INTERFACE_VIRTUAL ->
          call(true, owner, target.methodName(), target.lookupDescriptor());
      case STATIC, INTERFACE_STATIC, SPECIAL, INTERFACE_SPECIAL ->
          call(false, owner, target.methodName(), target.lookupDescriptor());
      default -> {} // a field: of a record's generated methods
    }
  }

  private static String internalName(DirectMethodHandleDesc target) {
    String descriptor = target.owner().descriptorString();
    return descriptor.substring(1, descriptor.length() - 1);
  }

  private void call(boolean receiverDecides, String owner, String method, String descriptor) {
    reach(owner, method, descriptor);
    if (receiverDecides) {
      Call call = new Call(owner, method, descriptor);
      if (calls.add(call)) {
        Set.copyOf(instantiated).forEach(type -> dispatch(call, type));
      }
    }
  }

  private void instantiate(String type) {
    if (!classes.isOwn(type) || !instantiated.add(type)) {
      return;
    }
    initialise(type);
    Set.copyOf(calls).forEach(call -> dispatch(call, type));
    for (String ancestor : classes.supertypes(type)) {
      classes.all().stream()
          .filter(c -> ImageClasses.name(c).equals(ancestor))
          .flatMap(c -> c.methods().stream())
          .filter(m -> !ImageClasses.is(m, AccessFlag.STATIC))
          .filter(m -> classes.isKnownOutside(type, m))
          .forEach(m -> reach(type, m.methodName().stringValue(), m.methodType().stringValue()));
    }
  }

  private void dispatch(Call call, String type) {
    if (classes.supertypes(type).contains(call.owner())) {
      reach(type, call.method(), call.descriptor());
    }
  }

  /** Methods that somebody wrote and nothing reaches, as {@code CLASS.METHOD(PARAMETERS)}. */
  Set<String> unreached() {
    Set<String> unreached = new TreeSet<>();
    for (ClassModel type : classes.all()) {
      String name = ImageClasses.name(type);
      for (MethodModel method : type.methods()) {
        if (method.code().isPresent()
            && !Generated.is(type, method)
            && !reached.contains(name + key(name, method) + method.methodType())) {
          unreached.add(key(name, method));
        }
      }
    }
    return unreached;
  }
}
