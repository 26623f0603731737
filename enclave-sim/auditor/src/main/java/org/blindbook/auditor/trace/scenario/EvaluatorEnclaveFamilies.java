package org.blindbook.auditor.trace.scenario;

import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.blindbook.auditor.trace.Family;
import org.blindbook.auditor.trace.Scale;

/** All families of the evaluator enclave, for whoever loads this class next to a traced one. */
public final class EvaluatorEnclaveFamilies implements BiFunction<Scale, String, List<Family>> {
  @Override
  public List<Family> apply(Scale scale, String noKernel) {
    return Stream.of(
            new EvaluatorFamilies(scale).all(),
            new EvaluationFamilies(scale).all(),
            new EarlierEvaluations(scale).all())
        .flatMap(List::stream)
        .toList();
  }
}
