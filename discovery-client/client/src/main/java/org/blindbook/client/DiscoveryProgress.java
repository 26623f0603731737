package org.blindbook.client;

import java.time.Duration;

/** Told how far a discovery is, on the thread that does it: return soon. */
@FunctionalInterface
public interface DiscoveryProgress {

  /** What the client does next. */
  enum Stage {
    /** Blinds new contacts: about 0.1 ms for each. In blinded mode only. */
    BLINDING,
    /** Waits for the evaluator. */
    EVALUATING,
    /** Verifies the evaluator's proof and unblinds: about 0.1 ms for each. */
    UNBLINDING,
    /** Waits for the accounts of the contacts. */
    LOOKING_UP
  }

  /**
   * @param contacts how many the stage is about: the new ones, or when looking up, all
   */
  void at(Stage stage, int contacts);

  /**
   * The service failed in a way that may pass: it is connected to again after a pause.
   *
   * @param why {@link DiscoveryError#retryable}
   */
  default void retrying(DiscoveryError why, Duration pause) {}
}
