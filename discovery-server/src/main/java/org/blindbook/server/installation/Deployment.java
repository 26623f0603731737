package org.blindbook.server.installation;

import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.blindbook.server.epochs.EpochPlan;
import org.blindbook.server.epochs.HostedRoles;

/**
 * How an installation makes lookup keys, and its part in it. Mode and role are chosen at the first
 * start: keys of one kind are of no use with another. Epochs come and go.
 *
 * @param blinded empty in mode truncated
 */
public record Deployment(Optional<Blinded> blinded) {
  public static final Deployment TRUNCATED = new Deployment(Optional.empty());

  public static final int FIRST_EPOCH = 1;

  /** What stands for an epoch in mode truncated, which has none. */
  public static final int NO_EPOCH = EpochPlan.NO_EPOCH;

  /** Two: what serves, and what comes next or was before. Each takes the memory of a table. */
  private static final int MAX_LIVE = 2;

  private static final String PUBLIC_KEY = "[0-9a-f]{64}";

  /**
   * @param serving the epoch of clients that ask for no other
   * @param live every epoch that is served, and in role lookup the evaluator's public key in
   *     hexadecimal: there it is another server's
   * @param begun the highest epoch that ever was: no number is used twice
   */
  public record Blinded(
      HostedRoles role, int serving, SortedMap<Integer, Optional<String>> live, int begun) {}

  /**
   * At its first start.
   *
   * @throws OperatorException when these do not go together
   */
  public static Deployment blinded(HostedRoles role, int epoch, Optional<String> evaluatorKey)
      throws OperatorException {
    if (epoch < FIRST_EPOCH) {
      throw new OperatorException("--epoch takes a number from 1.");
    }
    requireKey(role, evaluatorKey);
    return of(role, epoch, new TreeMap<>(Map.of(epoch, evaluatorKey)), epoch);
  }

  private static Deployment of(
      HostedRoles role, int serving, SortedMap<Integer, Optional<String>> live, int begun) {
    return new Deployment(Optional.of(new Blinded(role, serving, live, begun)));
  }

  private static void requireKey(HostedRoles role, Optional<String> evaluatorKey)
      throws OperatorException {
    if (role == HostedRoles.LOOKUP && evaluatorKey.isEmpty()) {
      throw new OperatorException(
          "Role lookup needs --evaluator-key: the evaluator prints its public key at start, and"
              + " when it begins an epoch.");
    }
    if (role != HostedRoles.LOOKUP && evaluatorKey.isPresent()) {
      throw new OperatorException(
          "--evaluator-key is for role lookup only: an evaluator makes its own key.");
    }
    if (evaluatorKey.isPresent() && !evaluatorKey.get().matches(PUBLIC_KEY)) {
      throw new OperatorException("--evaluator-key takes 64 hexadecimal digits in lower case.");
    }
  }

  /** With one more epoch, beside the one that serves. */
  Deployment begin(Optional<String> evaluatorKey) throws OperatorException {
    Blinded now = requireBlinded();
    requireKey(now.role, evaluatorKey);
    if (now.live.size() == MAX_LIVE) {
      throw new OperatorException(
          "Epochs " + list(now.live.keySet()) + " are live already: retire one of them first.");
    }
    SortedMap<Integer, Optional<String>> live = new TreeMap<>(now.live);
    live.put(now.begun + 1, evaluatorKey);
    return of(now.role, now.serving, live, now.begun + 1);
  }

  /** With this epoch for clients that ask for no other. */
  Deployment switchTo(int epoch) throws OperatorException {
    Blinded now = requireLive(epoch);
    return of(now.role, epoch, now.live, now.begun);
  }

  /** Without this epoch, for good. */
  Deployment retire(int epoch) throws OperatorException {
    Blinded now = requireLive(epoch);
    if (epoch == now.serving) {
      throw new OperatorException(
          "Epoch " + epoch + " serves: switch to another with blindbook epoch switch first.");
    }
    SortedMap<Integer, Optional<String>> live = new TreeMap<>(now.live);
    live.remove(epoch);
    return of(now.role, now.serving, live, now.begun);
  }

  Blinded requireBlinded() throws OperatorException {
    return blinded.orElseThrow(
        () ->
            new OperatorException(
                "This data directory is of mode truncated, which has no epochs: they are a matter"
                    + " of mode blinded."));
  }

  /**
   * @throws OperatorException unless the epoch is served
   */
  public Blinded requireLive(int epoch) throws OperatorException {
    Blinded now = requireBlinded();
    if (!now.live.containsKey(epoch)) {
      throw new OperatorException(
          "Epoch "
              + epoch
              + " is not live here; "
              + (now.live.size() == 1 ? "epoch " : "epochs ")
              + list(now.live.keySet())
              + (now.live.size() == 1 ? " is." : " are.")
              + " blindbook epoch begin makes the next one.");
    }
    return now;
  }

  /** The epoch of clients that ask for no other; {@link #NO_EPOCH} in mode truncated. */
  public int serving() {
    return blinded.map(Blinded::serving).orElse(NO_EPOCH);
  }

  /** Each has its enclaves, store and snapshot; {@link #NO_EPOCH} alone in mode truncated. */
  public SortedSet<Integer> live() {
    return new TreeSet<>(blinded.map(b -> b.live.keySet()).orElse(Set.of(NO_EPOCH)));
  }

  /** The public key of another server's evaluator, in hexadecimal. */
  public Optional<String> evaluatorKey(int epoch) {
    return blinded.flatMap(b -> b.live.getOrDefault(epoch, Optional.empty()));
  }

  /** The form in which it is kept. */
  String text() {
    if (blinded.isEmpty()) {
      return "mode=truncated\n";
    }
    Blinded now = blinded.get();
    StringBuilder text = new StringBuilder("mode=blinded\n");
    text.append("role=").append(name(now.role)).append('\n');
    text.append("epoch=").append(now.serving).append('\n');
    text.append("epochs.begun=").append(now.begun).append('\n');
    now.live.forEach(
        (epoch, key) ->
            text.append("epoch.").append(epoch).append('=').append(key.orElse("")).append('\n'));
    return text.toString();
  }

  /** Empty when the text is not one that {@link #text} gave. */
  static Optional<Deployment> parse(String text) {
    if (text.equals(TRUNCATED.text())) {
      return Optional.of(TRUNCATED);
    }
    Map<String, String> values = new HashMap<>();
    SortedMap<Integer, Optional<String>> live = new TreeMap<>();
    try {
      for (String line : text.split("\n")) {
        int equals = line.indexOf('=');
        String name = line.substring(0, equals);
        String value = line.substring(equals + 1);
        if (name.startsWith("epoch.")) {
          Optional<String> key = value.isEmpty() ? Optional.empty() : Optional.of(value);
          live.put(Integer.parseInt(name.substring("epoch.".length())), key);
        } else {
          values.put(name, value);
        }
      }
      HostedRoles role =
          HostedRoles.valueOf(values.getOrDefault("role", "").toUpperCase(Locale.ROOT));
      int serving = Integer.parseInt(values.getOrDefault("epoch", ""));
      int begun = Integer.parseInt(values.getOrDefault("epochs.begun", ""));
      for (Optional<String> key : live.values()) {
        requireKey(role, key);
      }
      Deployment read = of(role, serving, live, begun);
      boolean possible = live.containsKey(serving) && live.lastKey() <= begun;
      return possible && read.text().equals(text) ? Optional.of(read) : Optional.empty();
    } catch (OperatorException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  public boolean evaluates() {
    return blinded.isPresent() && blinded.get().role().evaluates();
  }

  public boolean looksUp() {
    return blinded.isEmpty() || blinded.get().role().looksUp();
  }

  /**
   * @throws OperatorException where nobody is looked up, and so nobody registered
   */
  public void requireUsers() throws OperatorException {
    if (!looksUp()) {
      throw new OperatorException(
          "This data directory is an evaluator's and holds no users: use the one where they are"
              + " looked up.");
    }
  }

  /** As options and files write it; empty in mode truncated. */
  public Optional<String> roleName() {
    return blinded.map(b -> name(b.role()));
  }

  /** For a sentence. */
  public String description() {
    return blinded
        .map(b -> "mode blinded, role " + name(b.role()) + ", epoch " + b.serving())
        .orElse("mode truncated");
  }

  private static String list(Collection<Integer> epochs) {
    return epochs.stream().map(String::valueOf).collect(Collectors.joining(" and "));
  }

  private static String name(HostedRoles role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
