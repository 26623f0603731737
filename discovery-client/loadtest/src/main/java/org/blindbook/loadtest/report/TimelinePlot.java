package org.blindbook.loadtest.report;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.blindbook.loadtest.measurement.Second;

/**
 * A run's seconds as SVG: what was offered and answered above, how long it took below. The same
 * seconds give the same bytes.
 */
public final class TimelinePlot {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 560;
  private static final int LEFT = 70;
  private static final int RIGHT = 170;
  private static final int TOP = 44;
  private static final int MIDDLE = 300;
  private static final int GAP = 40;
  private static final int BOTTOM = 56;

  private final List<Second> seconds;
  private final StringBuilder svg = new StringBuilder();

  private TimelinePlot(List<Second> seconds) {
    this.seconds = seconds;
  }

  /** A line of a plot, of the colours of blindbook bench plot. */
  private record Line(String name, String colour, boolean dashed, ToDoubleFunction<Second> value) {}

  private static final List<Line> RATES =
      List.of(
          new Line("offered", "#888", true, second -> second.counts().offered()),
          new Line("right answers", "#28ae80", false, second -> second.counts().right()),
          new Line("refused", "#d9a404", false, second -> second.counts().refusals()),
          new Line("timed out, failed", "#b5367a", false, TimelinePlot::lost),
          new Line("wrong", "#d00000", false, second -> second.counts().wrong()),
          new Line("not sent", "#440154", true, second -> second.counts().notSent()));

  private static final List<Line> TIMES =
      List.of(
          new Line("p50", "#2c728e", false, second -> second.answers().p50()),
          new Line("p99", "#472d7b", false, second -> second.answers().p99()));

  private static double lost(Second second) {
    return second.counts().timedOut() + second.counts().failures();
  }

  public static String svg(LoadReport report) {
    return new TimelinePlot(report.results().timeline()).draw(report.settings().profile());
  }

  private String draw(String title) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"12\" fill=\"#222\">",
        WIDTH, HEIGHT);
    add("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT);
    add("<text x=\"%d\" y=\"24\" font-size=\"15\">Load test, %s</text>", LEFT, title);
    panel("a second", RATES, TOP, MIDDLE);
    panel("milliseconds from arrival to answer", TIMES, MIDDLE + GAP, HEIGHT - BOTTOM);
    int step = (int) roundUp(Math.max(1, seconds.size() / 8.0));
    for (int second = 0; second <= seconds.size(); second += step) {
      add(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>",
          x(second), HEIGHT - BOTTOM + 18, second);
    }
    add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">seconds</text>",
        (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14);
    return svg.append("</svg>\n").toString();
  }

  private double x(double second) {
    return LEFT + (WIDTH - RIGHT - LEFT) * second / Math.max(1, seconds.size());
  }

  private void panel(String title, List<Line> lines, int top, int bottom) {
    double most =
        lines.stream()
            .flatMapToDouble(line -> seconds.stream().mapToDouble(line.value()))
            .max()
            .orElse(0);
    double tick = roundUp(Math.max(most, 1e-3) / 5);
    double height = Math.max(1, Math.ceil(most / tick)) * tick;
    for (double level = 0; level <= height * 1.0001; level += tick) {
      double y = bottom - (bottom - top) * level / height;
      add(
          "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\""
              + " text-anchor=\"end\">%s</text>",
          LEFT, y, WIDTH - RIGHT, LEFT - 8, y + 4, number(level));
    }
    add(
        "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>",
        (top + bottom) / 2, title);
    for (int i = 0; i < lines.size(); i++) {
      draw(lines.get(i), top, bottom, height, top + 12 + 20 * i);
    }
  }

  /** Each second's value stands in the middle of it. */
  private void draw(Line line, int top, int bottom, double height, int legendY) {
    String stroke =
        "fill=\"none\" stroke=\""
            + line.colour()
            + "\" stroke-width=\"2\""
            + (line.dashed() ? " stroke-dasharray=\"6 4\"" : "");
    StringBuilder path = new StringBuilder();
    for (Second second : seconds) {
      path.append(
          String.format(
              Locale.ROOT,
              "%s%.1f %.1f",
              path.isEmpty() ? "M" : "L",
              x(second.number() + 0.5),
              bottom - (bottom - top) * line.value().applyAsDouble(second) / height));
    }
    if (!path.isEmpty()) {
      add("<path d=\"%s\" %s/>", path, stroke);
    }
    int legendX = WIDTH - RIGHT + 16;
    add("<path d=\"M%d %dh28\" %s/>", legendX, legendY, stroke);
    add("<text x=\"%d\" y=\"%d\">%s</text>", legendX + 36, legendY + 4, line.name());
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /** To 1, 2 or 5 times a power of ten. */
  private static double roundUp(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    for (int digit : new int[] {1, 2, 5}) {
      if (value <= digit * power * 1.0001) {
        return digit * power;
      }
    }
    return 10 * power;
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.3f", value).replaceAll("0+$", "");
  }
}
