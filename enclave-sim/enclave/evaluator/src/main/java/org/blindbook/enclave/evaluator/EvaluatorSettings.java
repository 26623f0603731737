package org.blindbook.enclave.evaluator;

import org.blindbook.enclave.settings.ClientLimits;
import org.blindbook.enclave.settings.Settings;

/**
 * What a deployment may choose for an evaluator enclave.
 *
 * @param epoch {@code epoch}: of the evaluator's key, from 1
 */
record EvaluatorSettings(int epoch, ClientLimits limits) {
  private static final int MAX_EPOCH = 1_000_000;

  /**
   * @throws IllegalArgumentException with a plain sentence, when a setting is missing, unknown or
   *     out of range
   */
  static EvaluatorSettings parse(byte[] bytes) {
    Settings settings = new Settings(bytes);
    EvaluatorSettings parsed =
        new EvaluatorSettings(settings.take("epoch", 1, MAX_EPOCH), ClientLimits.take(settings));
    settings.requireAllTaken();
    return parsed;
  }
}
