package org.blindbook.auditor.trace.instrument;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Local variables in which a rewritten instruction puts its operands aside; every instruction of a
 * method uses the same ones.
 */
final class Scratch {
  private final Map<TypeKind, List<Integer>> slots = new EnumMap<>(TypeKind.class);

  /** The {@code index}-th variable of a kind. */
  int slot(CodeBuilder code, TypeKind kind, int index) {
    List<Integer> ofKind = slots.computeIfAbsent(kind.asLoadable(), k -> new ArrayList<>());
    while (ofKind.size() <= index) {
      ofKind.add(code.allocateLocal(kind.asLoadable()));
    }
    return ofKind.get(index);
  }

  /** Takes the operands of these types from the stack; the last is on top. */
  Operands take(CodeBuilder code, List<ClassDesc> types) {
    TypeKind[] kinds = new TypeKind[types.size()];
    int[] at = new int[types.size()];
    for (int i = types.size() - 1; i >= 0; i--) {
      kinds[i] = TypeKind.from(types.get(i)).asLoadable();
      at[i] = slot(code, kinds[i], i);
      code.storeLocal(kinds[i], at[i]);
    }
    return new Operands(kinds, at);
  }

  /** Operands put aside. */
  record Operands(TypeKind[] kinds, int[] at) {
    void load(CodeBuilder code, int operand) {
      code.loadLocal(kinds[operand], at[operand]);
    }

    void loadAll(CodeBuilder code) {
      for (int i = 0; i < kinds.length; i++) {
        load(code, i);
      }
    }
  }
}
