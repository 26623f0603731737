package org.blindbook.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.blindbook.client.DiscoveryProgress;

/** Says on standard error what takes seconds, and nothing about small address books. */
final class LargeBookProgress implements DiscoveryProgress {
  /** About a second of work. */
  private static final int LARGE = 5_000;

  private final PrintWriter err;

  LargeBookProgress(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void at(Stage stage, int contacts) {
    if (contacts < LARGE) {
      return;
    }
    String what =
        switch (stage) {
          case BLINDING -> "Blinding %,d new contacts.";
          case EVALUATING -> "Waiting for the evaluator.";
          case UNBLINDING -> "Checking the evaluator's proof and unblinding.";
          case LOOKING_UP -> "Looking up %,d contacts.";
        };
    err.println("blindbook: " + String.format(Locale.ROOT, what, contacts));
    err.flush();
  }
}
