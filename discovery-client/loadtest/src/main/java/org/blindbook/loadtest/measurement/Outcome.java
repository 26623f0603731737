package org.blindbook.loadtest.measurement;

/** How one attempt at a discovery ended. */
public sealed interface Outcome {

  /** Every contact was answered rightly. */
  record Right() implements Outcome {}

  /**
   * The results came, and are wrong.
   *
   * @param missing registered contacts that were not found
   * @param invented unregistered ones that were
   * @param mistaken found with somebody else's account
   */
  record Wrong(int missing, int invented, int mistaken) implements Outcome {}

  /**
   * The server said that it will not, now.
   *
   * @param reason an HTTP status, a close code's name, or "no permits"
   * @param retryAfterSeconds how long it asks to wait, 0 when it does not say
   * @param passing whether it may say otherwise within the hour
   */
  record Refused(String reason, int retryAfterSeconds, boolean passing) implements Outcome {}

  /**
   * It went wrong.
   *
   * @param cause in general words, without addresses
   * @param passing whether it may go well the next time
   */
  record Failed(String cause, boolean passing) implements Outcome {}

  /** The client's patience with this attempt ended. */
  record TimedOut() implements Outcome {}
}
