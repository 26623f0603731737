package org.blindbook.auditor.trace;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.blindbook.auditor.trace.Verdict.Divergence;
import org.blindbook.auditor.trace.Verdict.Seen;
import org.blindbook.auditor.trace.instrument.Site;
import org.blindbook.auditor.trace.instrument.SiteTable;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.auditor.trace.recording.Sites;
import org.blindbook.auditor.trace.recording.Trace;

/**
 * Compares the traces of a family's inputs, of two kinds of runs. <em>Afresh</em>: each input is
 * the first that an enclave of its own ever ran, from the initialisation of its classes on, and the
 * first input is then the second: what an enclave keeps beyond a request may not follow from it.
 * <em>Settled</em>: one enclave runs all inputs one after the other.
 */
final class Comparison {
  private final SiteTable sites;
  private final BitSet reached = new BitSet();
  private final Set<String> doubts = new LinkedHashSet<>();
  private long events;

  Comparison(SiteTable sites) {
    this.sites = sites;
  }

  /** Sites that ran. */
  BitSet reached() {
    return reached;
  }

  /** Events of one settled run. */
  long events() {
    return events;
  }

  /**
   * Compares runs of both kinds.
   *
   * @param afresh loads an enclave and binds the family to it
   * @param every whether every input runs afresh, or the first and the last alone
   * @param settled the same, perhaps with larger inputs
   */
  Verdict compare(Supplier<Family> afresh, boolean every, Supplier<Family> settled) {
    return compareAfresh(afresh, every).orElseGet(() -> compareSettled(settled));
  }

  private Optional<Verdict> compareAfresh(Supplier<Family> load, boolean every) {
    Enclave one = new Enclave(load);
    Trace first = one.run(0);
    Trace second = one.run(0);
    for (int input = every ? 1 : one.inputs() - 1; input < one.inputs(); input++) {
      Enclave other = new Enclave(load);
      Trace itsFirst = other.run(input);
      if (!itsFirst.sameEvents(first)) {
        return Optional.of(locate(load, List.of(0), first, List.of(input), itsFirst));
      }
      Trace itsSecond = other.run(0);
      if (!itsSecond.sameEvents(second)) {
        return Optional.of(locate(load, List.of(0, 0), second, List.of(input, 0), itsSecond));
      }
    }
    return Optional.empty();
  }

  /** Runs every input, and the first one again as a control. */
  Verdict compareSettled(Supplier<Family> load) {
    Enclave enclave = new Enclave(load);
    enclave.run(0);
    Trace reference = enclave.run(0);
    events = reference.events();
    List<Integer> story = new ArrayList<>(List.of(0, 0));
    for (int input = 1; input < enclave.inputs(); input++) {
      story.add(input);
      Trace trace = enclave.run(input);
      if (!trace.sameEvents(reference)) {
        List<Integer> control = Collections.nCopies(story.size(), 0);
        return replay(load, control, Recorder.NO_WINDOW).sameEvents(reference)
            ? locate(load, List.of(0, 0), reference, story, trace)
            : new Verdict.Nondeterministic(enclave.name(0));
      }
    }
    if (!enclave.run(0).sameEvents(reference)) {
      return new Verdict.Nondeterministic(enclave.name(0));
    }
    return doubts.isEmpty() ? new Verdict.Equal() : new Verdict.Unanalysed(List.copyOf(doubts));
  }

  /** A freshly loaded enclave, in which inputs run one after the other. */
  private final class Enclave {
    private final Recorder first;
    private final Family family;
    private boolean ran;

    Enclave(Supplier<Family> load) {
      this(load, Recorder.NO_WINDOW);
    }

    /**
     * @param window number of the first event to keep of the first run
     */
    Enclave(Supplier<Family> load, long window) {
      first = Recorder.first(window); // what loads it may initialise classes
      family = load.get();
    }

    int inputs() {
      return family.inputs().size();
    }

    String name(int input) {
      return family.inputs().get(input).name();
    }

    Trace run(int input) {
      return run(input, Recorder.NO_WINDOW);
    }

    private Trace run(int input, long window) {
      Recorder recorder = ran ? first.next(window) : first;
      ran = true;
      return Comparison.this.run(family.inputs().get(input), recorder);
    }
  }

  /** Runs inputs in a fresh enclave, and keeps events of the last. */
  private Trace replay(Supplier<Family> load, List<Integer> story, long window) {
    if (story.size() == 1) {
      return new Enclave(load, window).run(story.getFirst());
    }
    Enclave enclave = new Enclave(load);
    story.subList(0, story.size() - 1).forEach(enclave::run);
    return enclave.run(story.getLast(), window);
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
  private Verdict locate(
      Supplier<Family> load, List<Integer> story, Trace trace, List<Integer> other, Trace its) {
    List<Long> a = trace.checkpoints();
    List<Long> b = its.checkpoints();
    int equal = 0;
    while (equal < Math.min(a.size(), b.size()) && a.get(equal).equals(b.get(equal))) {
      equal++;
    }
    long from = Math.max(0, equal - 1) * (long) Recorder.CHECKPOINT_EVENTS;
    Trace again = replay(load, story, from);
    // A settled enclave ran more before: which is of no use to a reader.
    boolean second = story.size() == 2 && other.size() == 2;
    List<Input> inputs = load.get().inputs();
    if (!again.sameEvents(trace)) {
      return new Verdict.Nondeterministic(told(inputs, story, second));
    }
    Trace otherAgain = replay(load, other, from);
    if (!otherAgain.sameEvents(its)) {
      return new Verdict.Nondeterministic(told(inputs, other, second));
    }
    int i = 0;
    while (at(again, i).equals(at(otherAgain, i))) {
      i++;
    }
    Site before = i == 0 ? sites.get(Sites.NONE) : sites.get(at(again, i - 1).site());
    return new Verdict.Differs(
        new Divergence(
            told(inputs, story, second),
            told(inputs, other, second),
            from + i,
            seen(at(again, i)),
            seen(at(otherAgain, i)),
            before));
  }

  /** The input that ran last, and after which. */
  private static String told(List<Input> inputs, List<Integer> story, boolean second) {
    String last = inputs.get(story.getLast()).name();
    return second ? last + ", after " + inputs.get(story.getFirst()).name() : last;
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
