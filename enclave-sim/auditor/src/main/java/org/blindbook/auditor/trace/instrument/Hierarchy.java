package org.blindbook.auditor.trace.instrument;

import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.constant.MethodTypeDesc;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Who declares a method that an instrumented class inherits. */
final class Hierarchy {
  private final Function<String, @Nullable ClassModel> instrumented;

  /**
   * @param instrumented the class of that name if it is instrumented, else null
   */
  Hierarchy(Function<String, @Nullable ClassModel> instrumented) {
    this.instrumented = instrumented;
  }

  /**
   * The class outside the instrumented ones that a call may end in, empty when the method is
   * declared inside, and so reports for itself.
   */
  Optional<String> outside(String owner, String method, MethodTypeDesc descriptor) {
    ClassModel model = instrumented.apply(owner);
    if (model == null) {
      return Optional.of(owner);
    }
    if (declares(model, method, descriptor)) {
      return Optional.empty();
    }
    boolean insideFound = false;
    for (ClassEntry parent : model.interfaces()) {
      String name = name(parent);
      if (instrumented.apply(name) != null) {
        Optional<String> found = outside(name, method, descriptor);
        insideFound |= found.isEmpty();
      }
    }
    if (insideFound) {
      return Optional.empty();
    }
    if (model.flags().has(java.lang.reflect.AccessFlag.INTERFACE)) {
      return model.interfaces().stream()
          .map(Hierarchy::name)
          .findFirst()
          .or(() -> Optional.of("java.lang.Object"));
    }
    return model.superclass().map(s -> outside(name(s), method, descriptor)).orElseThrow();
  }

  private static boolean declares(ClassModel model, String method, MethodTypeDesc descriptor) {
    return model.methods().stream()
        .anyMatch(
            m -> m.methodName().equalsString(method) && m.methodTypeSymbol().equals(descriptor));
  }

  private static String name(ClassEntry entry) {
    return entry.asInternalName().replace('/', '.');
  }
}
