package org.blindbook.auditor.trace;

import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.blindbook.auditor.trace.Verdict.Divergence;
import org.blindbook.auditor.trace.Verdict.Seen;
import org.blindbook.auditor.trace.instrument.Site;
import org.blindbook.auditor.trace.instrument.SiteTable;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.auditor.trace.recording.Sites;
import org.blindbook.auditor.trace.recording.Trace;

/** Compares the traces of a family's inputs. */
final class Comparison {
  private final SiteTable sites;
  private final Family family;
  private final BitSet reached = new BitSet();
  private final Set<String> doubts = new LinkedHashSet<>();
  private long events;

  Comparison(SiteTable sites, Family family) {
    this.sites = sites;
    this.family = family;
  }

  /** Sites that ran. */
  BitSet reached() {
    return reached;
  }

  /** Events of one run. */
  long events() {
    return events;
  }

  /** Runs every input, and the first one again as a control. */
  Verdict compare() {
    Input first = family.inputs().getFirst();
    Recorder start = Recorder.first();
    run(first, start); // classes initialise themselves once: not compared
    Trace reference = run(first, start.next());
    events = reference.events();
    for (Input other : family.inputs().subList(1, family.inputs().size())) {
      Trace trace = run(other, start.next());
      if (!trace.sameEvents(reference)) {
        return locate(start, first, reference, other, trace);
      }
    }
    if (!run(first, start.next()).sameEvents(reference)) {
      return new Verdict.Nondeterministic(first.name());
    }
    return doubts.isEmpty() ? new Verdict.Equal() : new Verdict.Unanalysed(List.copyOf(doubts));
  }

  private Trace run(Input input, Recorder recorder) {
    try {
      input.body().run(recorder);
    } catch (Exception | LinkageError e) {
      // Not the end: a difference up to here tells more than the failure.
      doubts.add("'" + input.name() + "': the enclave did not do what was asked: " + e);
    }
    Trace trace = recorder.trace();
    reached.or(trace.reached());
    trace.unreviewed().stream().mapToObj(s -> sites.get(s).toString()).forEach(doubts::add);
    return trace;
  }

  /** Runs both again and keeps the events between the last equal checkpoint and the next one. */
  private Verdict locate(Recorder start, Input first, Trace reference, Input other, Trace trace) {
    List<Long> a = reference.checkpoints();
    List<Long> b = trace.checkpoints();
    int equal = 0;
    while (equal < Math.min(a.size(), b.size()) && a.get(equal).equals(b.get(equal))) {
      equal++;
    }
    long from = Math.max(0, equal - 1) * (long) Recorder.CHECKPOINT_EVENTS;
    Trace again = run(first, start.nextWithWindow(from));
    if (!again.sameEvents(reference)) {
      return new Verdict.Nondeterministic(first.name());
    }
    Trace otherAgain = run(other, start.nextWithWindow(from));
    if (!otherAgain.sameEvents(trace)) {
      return new Verdict.Nondeterministic(other.name());
    }
    int i = 0;
    while (at(again, i).equals(at(otherAgain, i))) {
      i++;
    }
    Site before = i == 0 ? sites.get(Sites.NONE) : sites.get(at(again, i - 1).site());
    return new Verdict.Differs(
        new Divergence(
            first.name(),
            other.name(),
            from + i,
            seen(at(again, i)),
            seen(at(otherAgain, i)),
            before));
  }

  private static Trace.Event at(Trace trace, int index) {
    return index < trace.window().size()
        ? trace.window().get(index)
        : new Trace.Event(Sites.NONE, 0);
  }

  private Seen seen(Trace.Event event) {
    return new Seen(sites.get(event.site()), event.value());
  }
}
