package org.blindbook.auditor.trace.scenario;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import org.blindbook.auditor.trace.recording.Recorder;

/**
 * Pairs of runs that differ in what a user asks for, under a host that drops, replays and forks the
 * user's sessions, hands in old ledgers and asks in the user's account itself. What the host does
 * is drawn from the number of the pair; what the user does, from the pair and the side.
 *
 * <p>Loaded next to the enclaves, see {@link HostViewTest}.
 */
public final class HostilePairs implements LongFunction<List<String>> {

  /** Where the host's views of the two sides of a pair differ. */
  @Override
  public List<String> apply(long pair) {
    return view(pair, 2 * pair).differences(view(pair, 2 * pair + 1));
  }

  private static HostView view(long pair, long side) {
    Recorder recorder = Recorder.first();
    try {
      SplittableRandom script = new SplittableRandom(pair);
      SplittableRandom secret = new SplittableRandom(~side);
      User user =
          switch (script.nextInt(8)) {
            case 0 -> new EvaluatingUser(script, secret);
            case 1 -> new LookingUpUser(script, secret, true);
            default -> new LookingUpUser(script, secret, false);
          };
      return new HostileHost(script, user, recorder).view();
    } catch (Exception e) {
      throw new IllegalStateException("pair " + pair, e);
    } finally {
      recorder.trace();
    }
  }
}
