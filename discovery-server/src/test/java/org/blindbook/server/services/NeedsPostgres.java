package org.blindbook.server.services;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips visibly, with the reason, where there is no PostgreSQL; with {@code
 * -Dtest.services.required=true} the test runs, and fails.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsPostgres.Condition.class)
public @interface NeedsPostgres {
  /** Whether there is one. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (PostgresServer.found().isPresent() || Boolean.getBoolean("test.services.required")) {
        return ConditionEvaluationResult.enabled("there is a PostgreSQL, or has to be");
      }
      return ConditionEvaluationResult.disabled(PostgresServer.reasons());
    }
  }
}
