package org.blindbook.auditor.trace.instrument;

import java.lang.constant.ClassDesc;

/** Names as {@link Class#getName} gives them. */
final class BinaryNames {
  private BinaryNames() {}

  /** Of a class or interface; of an array, {@code java.lang.Object}, whose methods it has. */
  static String of(ClassDesc description) {
    if (!description.isClassOrInterface()) {
      return "java.lang.Object";
    }
    String descriptor = description.descriptorString();
    return descriptor.substring(1, descriptor.length() - 1).replace('/', '.');
  }
}
