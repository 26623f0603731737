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
 * Skips visibly, with the reason, where there is no Redis; with {@code
 * -Dtest.services.required=true} the test runs, and fails.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsRedis.Condition.class)
public @interface NeedsRedis {
  /** Whether there is one. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (RedisServer.found().isPresent() || Boolean.getBoolean("test.services.required")) {
        return ConditionEvaluationResult.enabled("there is a Redis, or has to be");
      }
      return ConditionEvaluationResult.disabled(RedisServer.reasons());
    }
  }
}
