package org.blindbook.auditor.timing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.blindbook.auditor.timing.service.FakeService;
import org.blindbook.auditor.timing.service.RunningService.Mode;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code audit timing --service} on services whose times are drawn. */
class ServiceTimingCommandTest {
  private static final int LONGER = 10_000;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<Mode> started = new ArrayList<>();

  private int run(FakeService service, String... arguments) {
    List<String> all = new ArrayList<>(List.of("--service", "--seed", "3"));
    all.addAll(List.of(arguments));
    return new CommandLine(
            new TimingCommand(
                mode -> {
                  started.add(mode);
                  return service;
                }))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  @Test
  void passesWhereNoClassTakesLongerAndTheControlIsSeen() {
    FakeService service = new FakeService(0, LONGER, 0);

    assertThat(run(service, "--sessions", "4000")).isZero();
    assertThat(out.toString())
        .contains("EQUAL", "hits against misses", "token reply", "results", "enclave CPU", "seen")
        .doesNotContain("differs", "too few");
    assertThat(started).containsExactly(Mode.TRUNCATED, Mode.BLINDED);
    assertThat(service.closed).isTrue();
  }

  @Test
  void findsAClassThatTakesLonger() {
    assertThat(run(new FakeService(LONGER, LONGER, 0), "--sessions", "4000")).isEqualTo(2);
    assertThat(out.toString()).contains("DIFFERS", "differs");
  }

  @Test
  void findsAClassThatTakesLessTime() {
    assertThat(run(new FakeService(-LONGER, LONGER, 0), "--sessions", "4000")).isEqualTo(2);
  }

  @Test
  void isBlindWhereTheControlIsNotSeen() {
    assertThat(run(new FakeService(0, 0, 0), "--sessions", "4000")).isEqualTo(3);
    assertThat(out.toString()).contains("BLIND", "not seen");
  }

  /** What is planted makes the second class slower; a first class that is slower is not it. */
  @Test
  void isBlindWhereTheControlIsTheWrongWayRound() {
    assertThat(run(new FakeService(0, -LONGER, 0), "--sessions", "4000")).isEqualTo(3);
  }

  @Test
  void showsNothingWithFewSessions() {
    assertThat(run(new FakeService(0, 10_000_000, 0), "--sessions", "100")).isEqualTo(3);
    assertThat(out.toString()).contains("too few");
  }

  @Test
  void asksForAsManySessionsOfEachContest() {
    FakeService service = new FakeService(0, LONGER, 0);

    run(service, "--sessions", "1000", "--mode", "blinded", "--json");

    // 200 turns to warm up; of four sessions at once every fourth turn.
    assertThat(service.asked).isEqualTo(3 * (1000 + 200));
    assertThat(out.toString())
        .contains(
            "\"sessions\":1000,", "\"sessions\":3000,", "\"mode\":\"blinded\"", "\"exitCode\":");
    assertThat(started).containsExactly(Mode.BLINDED);
  }

  @Test
  void asksOnceMoreWhereASessionFails() {
    assertThat(run(new FakeService(0, LONGER, 2), "--sessions", "4000")).isZero();
    assertThat(err.toString()).contains("nothing is heard; once more");
  }

  @Test
  void stopsAtItsLimit() {
    FakeService service = new FakeService(0, LONGER, 0);

    assertThat(run(service, "--sessions", "2000000000", "--limit", "2")).isBetween(0, 3);
    assertThat(service.closed).isTrue();
  }

  @Test
  void refusesOptionsOfTheTable() {
    assertThat(run(new FakeService(0, 0, 0), "--batches", "1000")).isEqualTo(1);
    assertThat(run(new FakeService(0, 0, 0), "--mode", "open")).isEqualTo(1);
    assertThat(run(new FakeService(0, 0, 0), "--sessions", "0")).isEqualTo(1);
    assertThat(err.toString())
        .contains("--service has no --batches", "There is no mode open", "at least one session");
  }

  @Test
  void refusesItsOptionsForTheTable() {
    int exitCode =
        new CommandLine(new TimingCommand())
            .setErr(new PrintWriter(err, true))
            .execute("--sessions", "1000");

    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString()).contains("are for --service");
  }
}
