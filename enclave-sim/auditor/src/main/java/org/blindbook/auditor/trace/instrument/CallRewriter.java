package org.blindbook.auditor.trace.instrument;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Optional;
import org.blindbook.auditor.trace.instrument.CallRule.Kind;
import org.blindbook.auditor.trace.instrument.CallRule.Role;
import org.jspecify.annotations.Nullable;

/**
 * Calls. One that ends in instrumented code needs nothing: the method called reports itself, unless
 * a rule trusts it. One that leaves it reports what its rule says; without a rule, everything, and
 * that there is none.
 */
final class CallRewriter {
  private static final String UNRULED = " of a call without a rule";
  private static final String CLOCK = "java.lang.System.nanoTime";
  private static final String VECTORS = "Ljdk/incubator/vector/";

  private final SiteFactory sites;
  private final CallRules rules;
  private final Hierarchy hierarchy;
  private final Scratch scratch;

  CallRewriter(SiteFactory sites, CallRules rules, Hierarchy hierarchy, Scratch scratch) {
    this.sites = sites;
    this.rules = rules;
    this.hierarchy = hierarchy;
    this.scratch = scratch;
  }

  void call(CodeBuilder code, InvokeInstruction call) {
    String name = call.name().stringValue();
    Optional<String> outside =
        hierarchy.outside(BinaryNames.of(call.owner().asSymbol()), name, call.typeSymbol());
    String owner = outside.orElse(BinaryNames.of(call.owner().asSymbol()));
    if (outside.isEmpty() && !isTrusted(owner, name, call.typeSymbol())) {
      code.with(call);
      return;
    }
    boolean receiver = call.opcode() != Opcode.INVOKESTATIC && !name.equals("<init>");
    boolean value = leave(code, owner, name, call.typeSymbol(), receiver);
    if (outside.isEmpty()) {
      SiteFactory.tell(code, "trustedCall");
      code.with(call);
      SiteFactory.tell(code, "trustedReturn");
    } else if ((owner + "." + name).equals(CLOCK)) {
      SiteFactory.nanoTime(code);
    } else {
      code.with(call);
    }
    if (!value && TypeKind.from(call.typeSymbol().returnType()) == TypeKind.REFERENCE) {
      SiteFactory.number(code);
    }
  }

  /** Whether a call that ends in instrumented code is believed all the same. */
  private boolean isTrusted(String owner, String name, MethodTypeDesc type) {
    return rules
        .find(sites.caller(), owner, name, type)
        .filter(rule -> rule.kind() == Kind.TRUSTED)
        .isPresent();
  }

  /** Whether what the call returns is a value, of which nobody asks where it lies. */
  private boolean leave(
      CodeBuilder code, String owner, String name, MethodTypeDesc type, boolean hasReceiver) {
    CallRule rule = rules.find(sites.caller(), owner, name, type).orElse(null);
    String called = owner + "." + (name.equals("<init>") ? "new" : name);
    Scratch.Operands operands = scratch.take(code, type.parameterList());
    if (rule == null) {
      sites.report(code, "call without a rule", called, "unreviewed");
    } else if (rule.kind() == Kind.TRUSTED) {
      sites.report(code, Site.TRUSTED, called, "reached");
    }
    if (hasReceiver) {
      receiver(code, called, rule);
    }
    for (int i = 0; i < type.parameterCount(); i++) {
      Role role = rule == null ? Role.VALUE : rule.role(i);
      if (role != Role.DATA) {
        operands.load(code, i);
        String event = "argument " + (i + 1) + (rule == null ? UNRULED : " of a call");
        argument(code, event, called, role, operands.kinds()[i]);
      }
    }
    operands.loadAll(code);
    return (rule != null && rule.kind() == Kind.PURE)
        || type.returnType().descriptorString().startsWith(VECTORS);
  }

  private void receiver(CodeBuilder code, String called, @Nullable CallRule rule) {
    Role role = rule == null ? Role.VALUE : rule.receiver();
    if (role == Role.DATA) {
      return;
    }
    code.dup();
    if (rule == null || rule.kind() == Kind.DISPATCH) {
      sites.report(code, "dispatch", called, "type", ConstantDescs.CD_Object);
      if (rule != null) {
        return;
      }
      code.dup();
    }
    String event = "receiver" + (rule == null ? UNRULED : " of a call");
    argument(code, event, called, role, TypeKind.REFERENCE);
  }

  private void argument(CodeBuilder code, String event, String called, Role role, TypeKind kind) {
    if (kind != TypeKind.REFERENCE) {
      sites.reportNumber(code, event, called, kind);
      return;
    }
    String probe =
        switch (role) {
          case OBJECT -> "object";
          case LENGTH -> "length";
          case POSITION -> "position";
          case VALUE -> "content";
          case INDEX, DATA ->
              throw new IllegalArgumentException(
                  "the rule for " + called + " takes an object for a number");
        };
    sites.report(code, event, called, probe, ConstantDescs.CD_Object);
  }

  void dynamicCall(CodeBuilder code, InvokeDynamicInstruction call) {
    String factory = BinaryNames.of(call.bootstrapMethod().owner());
    if (!factory.equals("java.lang.invoke.LambdaMetafactory")) {
      leave(code, factory, call.bootstrapMethod().methodName(), call.typeSymbol(), false);
      code.with(call);
      return;
    }
    for (ConstantDesc argument : call.bootstrapArgs()) {
      if (argument instanceof DirectMethodHandleDesc target && !mayStandBehindLambda(target)) {
        String called = BinaryNames.of(target.owner()) + "." + target.methodName();
        sites.report(code, "reference to a method without a rule", called, "unreviewed");
      }
    }
    code.with(call);
    code.dup();
    sites.report(code, "lambda", "", "lambda", ConstantDescs.CD_Object);
  }

  /** A lambda calls its method unseen: it must report itself, or have nothing to report. */
  private boolean mayStandBehindLambda(DirectMethodHandleDesc target) {
    MethodTypeDesc type = MethodTypeDesc.ofDescriptor(target.lookupDescriptor());
    return hierarchy
        .outside(BinaryNames.of(target.owner()), target.methodName(), type)
        .flatMap(owner -> Optional.of(rules.find(sites.caller(), owner, target.methodName(), type)))
        .map(rule -> rule.isPresent() && rule.get().kind() == Kind.PURE)
        .orElse(true);
  }

  /** Reading one of the Vector API's operators: some take a time that depends on the lanes. */
  void vectorOperator(CodeBuilder code, String name) {
    if (!rules.allowsOperator(name)) {
      sites.report(code, "vector operator without a rule", name, "unreviewed");
    }
  }
}
