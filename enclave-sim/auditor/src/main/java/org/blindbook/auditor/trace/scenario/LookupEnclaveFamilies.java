package org.blindbook.auditor.trace.scenario;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.blindbook.auditor.trace.Family;
import org.blindbook.auditor.trace.Scale;

/** All families of the lookup enclave, for whoever loads this class next to one that is traced. */
public final class LookupEnclaveFamilies implements Function<Scale, List<Family>> {
  @Override
  public List<Family> apply(Scale scale) {
    return Stream.of(
            new LookupFamilies(scale).all(),
            new PermitFamilies(scale).all(),
            new TableFamilies(scale).all())
        .flatMap(List::stream)
        .toList();
  }
}
