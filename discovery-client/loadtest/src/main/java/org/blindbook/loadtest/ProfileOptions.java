package org.blindbook.loadtest;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.blindbook.loadtest.driver.RetryPolicy;
import org.blindbook.loadtest.schedule.LoadShape;
import org.blindbook.loadtest.schedule.Spacing;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say when clients come, and when they come again. */
final class ProfileOptions {
  static final int MAX_SECONDS = 3_600;

  /** More than one machine can ask for; a slip of the keyboard is no flood. */
  static final double MAX_RATE = 20_000;

  enum Profile {
    STEADY,
    STEP,
    SURGE,
    STAMPEDE
  }

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      defaultValue = "steady",
      description =
          "how the rate changes over time: steady; step, through the multiples of --steps; surge, a"
              + " week's 8.8 million sign-ups in one afternoon; stampede, as step, but clients that"
              + " got no answer come back at once. Default: ${DEFAULT-VALUE}")
  Profile profile = Profile.STEADY;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "clients a second that begin a discovery; not for a surge")
  @Nullable Double rate;

  @Option(
      names = "--duration",
      paramLabel = "S",
      defaultValue = "20",
      description = "seconds in which clients come, at most 3600. Default: ${DEFAULT-VALUE}")
  int duration = 20;

  @Option(
      names = "--steps",
      split = ",",
      paramLabel = "X",
      defaultValue = "1,10,0.7",
      description = "multiples of the rate, with commas. Default: ${DEFAULT-VALUE}")
  List<Double> steps = List.of();

  @Option(
      names = "--step-seconds",
      split = ",",
      paramLabel = "S",
      description = "how long each step lasts; without it, equal parts of the duration")
  List<Integer> stepSeconds = List.of();

  @Option(
      names = "--scale",
      paramLabel = "X",
      description =
          "of a surge: 1 peaks at 1,193 clients a second, as if all 8.8 million came within six"
              + " hours; 0.1 at 119. The six hours are compressed to the duration")
  @Nullable Double scale;

  @Option(
      names = "--arrivals",
      paramLabel = "HOW",
      defaultValue = "poisson",
      description =
          "poisson, at random as people come, or even, at equal distances. Default:"
              + " ${DEFAULT-VALUE}")
  Spacing spacing = Spacing.POISSON;

  @Option(
      names = "--retry",
      paramLabel = "HOW",
      description =
          "what clients do that got no answer: none; polite, wait for Retry-After and then longer"
              + " each time, at random; stampede, come back at once. Default: none, for a surge"
              + " polite, for a stampede stampede")
  @Nullable RetryPolicy retry;

  @Option(
      names = "--patience",
      paramLabel = "S",
      defaultValue = "60",
      description =
          "seconds after which a client does not come back any more. Default: ${DEFAULT-VALUE}")
  int patience = 60;

  @Option(
      names = "--retry-rate",
      paramLabel = "R",
      description =
          "repeated attempts a second at most, because the generator must not starve a server"
              + " beside it; the others stand in line. Default: the profile's highest rate")
  @Nullable Double retryRate;

  private boolean isStepped() {
    return profile == Profile.STEP || profile == Profile.STAMPEDE;
  }

  String name() {
    return profile.name().toLowerCase(Locale.ROOT);
  }

  /** Where the schedule's phases end, in seconds. */
  List<Integer> phaseEnds() throws LoadtestException {
    List<Integer> ends = new ArrayList<>();
    int end = 0;
    for (int length : lengths()) {
      end += length;
      ends.add(end);
    }
    return ends;
  }

  private List<Integer> lengths() throws LoadtestException {
    if (!isStepped()) {
      return List.of(duration);
    }
    if (!stepSeconds.isEmpty()) {
      if (stepSeconds.size() != steps.size()) {
        throw LoadtestException.usage("--step-seconds takes as many numbers as --steps.");
      }
      return stepSeconds;
    }
    int length = duration / steps.size();
    List<Integer> lengths = new ArrayList<>(Collections.nCopies(steps.size(), length));
    lengths.set(steps.size() - 1, duration - length * (steps.size() - 1));
    return lengths;
  }

  /** The shape, within bounds. */
  LoadShape shape() throws LoadtestException {
    List<Integer> lengths = lengths();
    int seconds = lengths.stream().mapToInt(Integer::intValue).sum();
    if (seconds < 1 || seconds > MAX_SECONDS || lengths.stream().anyMatch(s -> s < 1)) {
      throw LoadtestException.usage(
          "A run lasts 1 to " + MAX_SECONDS + " seconds, and each of its steps at least 1.");
    }
    if ((profile == Profile.SURGE) != (scale != null)
        || (profile == Profile.SURGE) == (rate != null)) {
      throw LoadtestException.usage(
          "A surge takes --scale X and no --rate; every other profile takes --rate R and no"
              + " --scale.");
    }
    if (steps.stream().anyMatch(x -> !(x > 0))) {
      throw LoadtestException.usage("--steps takes numbers above 0.");
    }
    LoadShape shape = shape(lengths, seconds);
    if (!(shape.peak() > 0) || shape.peak() > MAX_RATE) {
      throw LoadtestException.usage(
          String.format(
              Locale.ROOT,
              "The rate would reach %,.1f clients a second, and may be above 0 and at most %,.0f:"
                  + " change --rate, --steps or --scale.",
              shape.peak(),
              MAX_RATE));
    }
    return shape;
  }

  private LoadShape shape(List<Integer> lengths, int seconds) {
    double level = rate == null ? 0 : rate;
    return scale != null
        ? LoadShape.surge(scale, seconds)
        : isStepped() ? LoadShape.steps(level, steps, lengths) : LoadShape.steady(level, seconds);
  }

  RetryPolicy retry() {
    if (retry != null) {
      return retry;
    }
    return switch (profile) {
      case STEADY, STEP -> RetryPolicy.NONE;
      case SURGE -> RetryPolicy.POLITE;
      case STAMPEDE -> RetryPolicy.STAMPEDE;
    };
  }

  double retryRate(LoadShape shape) throws LoadtestException {
    double most = retryRate == null ? shape.peak() : retryRate;
    if (!(most > 0) || most > MAX_RATE) {
      throw LoadtestException.usage(
          String.format(Locale.ROOT, "--retry-rate is above 0 and at most %,.0f.", MAX_RATE));
    }
    return most;
  }
}
