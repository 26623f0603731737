package org.blindbook.auditor.trace.scenario;

import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.blindbook.auditor.trace.Family;
import org.blindbook.auditor.trace.Scale;

/** All families of the lookup enclave, for whoever loads this class next to one that is traced. */
public final class LookupEnclaveFamilies implements BiFunction<Scale, String, List<Family>> {
  @Override
  public List<Family> apply(Scale scale, String kernel) {
    FixedHardware.useKernel(kernel);
    return Stream.of(
            new LookupFamilies(scale).all(),
            new BatchFamilies(scale).all(),
            new IdentifierFamilies(scale).all(),
            new EarlierLookups(scale).all(),
            new PermitFamilies(scale).all(),
            new SessionFamilies(scale).all(),
            new TableFamilies(scale).all(),
            new GrowthFamilies().all(),
            new TurnFamilies(scale).all())
        .flatMap(List::stream)
        .toList();
  }
}
