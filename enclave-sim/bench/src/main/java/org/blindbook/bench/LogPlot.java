package org.blindbook.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A line plot with logarithmic axes, as SVG. The same series give the same bytes.
 *
 * @param xLabels what stands at the x of each point of a series, ascending
 */
record LogPlot(
    String title,
    String xTitle,
    String yTitle,
    List<Double> xs,
    List<String> xLabels,
    List<Series> series) {

  /** A line; points are x and y, both above zero. */
  record Series(String name, String colour, boolean dashed, List<Point> points) {}

  record Point(double x, double y) {}

  private static final int WIDTH = 760;
  private static final int HEIGHT = 460;
  private static final int LEFT = 70;
  private static final int RIGHT = 150;
  private static final int TOP = 44;
  private static final int BOTTOM = 56;

  /** From dark to light, told apart without colour vision too. */
  private static final List<String> COLOURS =
      List.of(
          "#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#a0c81e",
          "#d9a404");

  /** Colour of series {@code index} of {@code count}. */
  static String colour(int index, int count) {
    return COLOURS.get(count < 2 ? 0 : index * (COLOURS.size() - 1) / (count - 1));
  }

  String svg() {
    double leastY =
        series.stream().flatMap(s -> s.points().stream()).mapToDouble(Point::y).min().orElse(1);
    double mostY =
        series.stream().flatMap(s -> s.points().stream()).mapToDouble(Point::y).max().orElse(1);
    List<Double> ticks = ticks(leastY, mostY);
    Scale x = new Scale(xs.getFirst(), xs.getLast(), LEFT + 12, WIDTH - RIGHT - 12);
    Scale y = new Scale(ticks.getFirst(), ticks.getLast(), HEIGHT - BOTTOM, TOP);
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"12\" fill=\"#222\">",
        WIDTH,
        HEIGHT);
    add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT);
    add(svg, "<text x=\"%d\" y=\"24\" font-size=\"15\">%s</text>", LEFT, title);
    for (double tick : ticks) {
      add(
          svg,
          "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\""
              + " text-anchor=\"end\">%s</text>",
          LEFT,
          y.at(tick),
          WIDTH - RIGHT,
          LEFT - 8,
          y.at(tick) + 4,
          number(tick));
    }
    for (int i = 0; i < xs.size(); i++) {
      add(
          svg,
          "<path d=\"M%.1f %dV%d\" stroke=\"#ddd\"/><text x=\"%.1f\" y=\"%d\""
              + " text-anchor=\"middle\">%s</text>",
          x.at(xs.get(i)),
          TOP,
          HEIGHT - BOTTOM,
          x.at(xs.get(i)),
          HEIGHT - BOTTOM + 18,
          xLabels.get(i));
    }
    int middleX = (LEFT + WIDTH - RIGHT) / 2;
    int middleY = (TOP + HEIGHT - BOTTOM) / 2;
    add(
        svg,
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
        middleX,
        HEIGHT - 14,
        xTitle);
    add(
        svg,
        "<text transform=\"translate(18 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>",
        middleY,
        yTitle);
    for (int i = 0; i < series.size(); i++) {
      draw(svg, series.get(i), x, y, TOP + 12 + 20 * i);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void draw(StringBuilder svg, Series line, Scale x, Scale y, int legendY) {
    String stroke =
        "fill=\"none\" stroke=\""
            + line.colour()
            + "\" stroke-width=\"2\""
            + (line.dashed() ? " stroke-dasharray=\"6 4\"" : "");
    StringBuilder path = new StringBuilder();
    for (Point point : line.points()) {
      path.append(
          String.format(
              Locale.ROOT,
              "%s%.1f %.1f",
              path.isEmpty() ? "M" : "L",
              x.at(point.x()),
              y.at(point.y())));
    }
    add(svg, "<path d=\"%s\" %s/>", path, stroke);
    for (Point point : line.points()) {
      add(
          svg,
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>",
          x.at(point.x()),
          y.at(point.y()),
          line.colour());
    }
    int legendX = WIDTH - RIGHT + 16;
    add(svg, "<path d=\"M%d %dh28\" %s/>", legendX, legendY, stroke);
    add(svg, "<text x=\"%d\" y=\"%d\">%s</text>", legendX + 36, legendY + 4, line.name());
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /** 1, 2, 5, 10, ... around the values. */
  private static List<Double> ticks(double least, double most) {
    List<Double> ticks = new ArrayList<>();
    for (int power = -6; power <= 9; power++) {
      for (int digit : new int[] {1, 2, 5}) {
        ticks.add(digit * Math.pow(10, power));
      }
    }
    int first = 0;
    while (ticks.get(first + 1) <= least) {
      first++;
    }
    int last = first + 1;
    while (ticks.get(last) < most) {
      last++;
    }
    return ticks.subList(first, last + 1);
  }

  private static String number(double tick) {
    return tick >= 1
        ? String.format(Locale.ROOT, "%.0f", tick)
        : String.format(Locale.ROOT, "%.6f", tick).replaceAll("0+$", "");
  }

  /** From values to the screen. */
  private record Scale(double least, double most, double from, double to) {
    double at(double value) {
      return least == most
          ? from
          : from + (to - from) * Math.log(value / least) / Math.log(most / least);
    }
  }
}
