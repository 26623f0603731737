package org.blindbook.auditor.reachability;

import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.reflect.AccessFlag;
import org.blindbook.auditor.trace.instrument.GeneratedMembers;

/** Members that nobody wrote: of records and enums, bridges, lambdas' bodies, initialisers. */
final class Generated {
  private Generated() {}

  static boolean is(ClassModel type, MethodModel method) {
    return method.methodName().equalsString("<clinit>")
        || ImageClasses.is(method, AccessFlag.SYNTHETIC)
        || ImageClasses.is(method, AccessFlag.BRIDGE)
        || keepsFromBeingMade(method)
        || GeneratedMembers.isOfEnumOrRecord(type, method);
  }

  /** A private constructor without parameters: of a class of functions. */
  private static boolean keepsFromBeingMade(MethodModel method) {
    return method.methodName().equalsString("<init>")
        && method.methodType().equalsString("()V")
        && ImageClasses.is(method, AccessFlag.PRIVATE);
  }
}
