package org.blindbook.auditor.trace;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** One error, which may need changes at several places of an enclave. */
record Planted(List<Mutation> mutations) implements UnaryOperator<byte[]> {
  private static final String ENCLAVE = "org.blindbook.enclave.lookup.LookupEnclave";

  static Planted of(Mutation... mutations) {
    return new Planted(List.of(mutations));
  }

  /** A secret that is kept at one place, and used at another; an enclave begins with none. */
  static Planted kept(Mutation keeping, Mutation using) {
    return of(
        Mutation.atStart(ENCLAVE, "create", code -> Mutation.call(code, "Kept.forget")),
        keeping,
        using);
  }

  /** With one more change. */
  Planted and(Mutation another) {
    return new Planted(Stream.concat(mutations.stream(), Stream.of(another)).toList());
  }

  /** The class, changed where it is one of those. */
  @Override
  public byte[] apply(byte[] bytes) {
    byte[] changed = bytes;
    for (Mutation mutation : mutations) {
      changed = mutation.apply(changed);
    }
    return changed;
  }

  /** Names of the classes that are changed. */
  List<String> types() {
    return mutations.stream().map(Mutation::type).distinct().toList();
  }
}
