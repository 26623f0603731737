package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;

/**
 * An operator of the {@link KillCampaignIT}, who loads, deletes, unregisters and replaces, one
 * command after the other, each of which may be killed.
 */
final class CampaignOperator {
  /** The exit code of a process that was killed. */
  static final int KILLED = 128 + 9;

  private final Deployment deployment;
  private final PossibleSets model;
  private final Path file;
  private final Path messages;
  private final Lock wholeSet;
  private final Random random;
  private volatile Optional<Process> running = Optional.empty();
  private volatile long nanos;
  private volatile int acknowledged;
  private volatile int killed;

  /**
   * @param folder for files of this operator
   * @param wholeSet held while the whole set is replaced
   */
  CampaignOperator(
      Deployment deployment, PossibleSets model, Path folder, Lock wholeSet, long seed) {
    this.deployment = deployment;
    this.model = model;
    this.file = folder.resolve("operator.csv");
    this.messages = folder.resolve("operator.err");
    this.wholeSet = wholeSet;
    this.random = new Random(seed);
  }

  /** The command that runs now. */
  Optional<Process> running() {
    return running;
  }

  /** How long the last command took that was not killed. */
  long nanos() {
    return nanos;
  }

  int acknowledged() {
    return acknowledged;
  }

  int killed() {
    return killed;
  }

  /** Registers those who stay. */
  void begin() throws Exception {
    load(steady());
  }

  /** One command, to its end. */
  void command() throws Exception {
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> load(some(1 + random.nextInt(60)));
      case 3 -> unregister("load", "--delete");
      case 4 -> unregister("unregister", "--identifier-file");
      default -> replace();
    }
  }

  private static SortedMap<Integer, Integer> steady() {
    SortedMap<Integer, Integer> steady = new TreeMap<>();
    for (int n = 0; n < KillCampaignIT.STEADY; n++) {
      steady.put(n, n);
    }
    return steady;
  }

  /** Registrations of so many of the operator's own numbers, or fewer. */
  private SortedMap<Integer, Integer> some(int count) {
    SortedMap<Integer, Integer> some = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      some.put(
          random.nextInt(KillCampaignIT.STEADY, KillCampaignIT.OF_THE_OPERATOR),
          random.nextInt(KillCampaignIT.ACCOUNTS));
    }
    return some;
  }

  private void load(SortedMap<Integer, Integer> rows) throws Exception {
    writeRows(rows);
    run(set -> set.putAll(rows), "load", file.toString());
  }

  private void unregister(String command, String option) throws Exception {
    SortedSet<Integer> gone = new TreeSet<>(some(1 + random.nextInt(40)).keySet());
    List<String> lines = new ArrayList<>();
    if (command.equals("load")) {
      lines.add("identifier");
    }
    gone.forEach(n -> lines.add(Numbers.text(n)));
    Files.write(file, lines);
    run(set -> set.keySet().removeAll(gone), command, option, file.toString());
  }

  private void replace() throws Exception {
    wholeSet.lock();
    try {
      SortedMap<Integer, Integer> next = model.any();
      next.subMap(KillCampaignIT.STEADY, KillCampaignIT.OF_THE_OPERATOR).clear();
      next.putAll(some(80));
      writeRows(next);
      run(
          set -> {
            set.clear();
            set.putAll(next);
          },
          "load",
          "--replace",
          "--unregister-many",
          file.toString());
    } finally {
      wholeSet.unlock();
    }
  }

  private void writeRows(Map<Integer, Integer> rows) throws IOException {
    List<String> lines = new ArrayList<>(List.of("identifier,account_id"));
    rows.forEach((n, account) -> lines.add(Numbers.text(n) + "," + Numbers.account(account)));
    Files.write(file, lines);
  }

  private void run(Consumer<SortedMap<Integer, Integer>> change, String command, String... options)
      throws Exception {
    List<String> line = new ArrayList<>(List.of(command, "--data-dir"));
    line.add(deployment.data().toString());
    line.addAll(List.of(options));
    long start = System.nanoTime();
    Process process =
        deployment
            .command(line.toArray(String[]::new))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(messages.toFile())
            .start();
    running = Optional.of(process);
    int exitCode = process.waitFor();
    running = Optional.empty();
    if (exitCode == KILLED) {
      killed++;
      model.unanswered(change);
    } else {
      assertThat(exitCode).as("%s: %s", command, Files.readString(messages)).isZero();
      nanos = System.nanoTime() - start;
      acknowledged++;
      model.acknowledged(change);
    }
  }
}
