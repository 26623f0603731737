package org.blindbook.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import org.blindbook.client.DiscoveryError;
import org.blindbook.client.DiscoveryProgress;

/** Says on standard error, a line each, what takes seconds; nothing where nothing does. */
final class DelayLines implements DiscoveryProgress {
  /** About a second of work. */
  private static final int LARGE = 5_000;

  private final PrintWriter err;

  DelayLines(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void at(Stage stage, int contacts) {
    if (contacts < LARGE) {
      return;
    }
    say(
        switch (stage) {
          case BLINDING -> "Blinding %,d new contacts.";
          case EVALUATING -> "Waiting for the evaluator.";
          case UNBLINDING -> "Checking the evaluator's proof and unblinding.";
          case LOOKING_UP -> "Looking up %,d contacts.";
        },
        contacts);
  }

  @Override
  public void retrying(DiscoveryError why, Duration pause) {
    String cause =
        switch (why) {
          case RATE_LIMITED -> "This account connects too often";
          case OVERLOADED -> "The service is at its limit";
          case RESTARTING -> "The service is being restarted";
          case WRONG_EPOCH -> "The service is changing its keys";
          default -> "The server cannot be reached";
        };
    say(cause + ": trying again in %d s.", pause.plusMillis(999).toSeconds());
  }

  private void say(String sentence, long number) {
    err.println("blindbook: " + String.format(Locale.ROOT, sentence, number));
    err.flush();
  }
}
