package org.blindbook.auditor.machinecode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.auditor.machinecode.stepped.Target;
import org.jspecify.annotations.Nullable;

/** What lies where in the traced process: compiled methods, the JVM's stubs, native libraries. */
final class CodeMap {
  /** As {@code jcmd Compiler.codelist} prints them: number, tier, state, method, range. */
  private static final Pattern COMPILED =
      Pattern.compile(
          "\\d+ (\\d) -?\\d+ (\\S+)\\(.*\\[0x[0-9a-f]+, 0x([0-9a-f]+) - 0x([0-9a-f]+)\\].*");

  /** As {@code jcmd Compiler.perfmap} writes them: start, size, name. */
  private static final Pattern BLOB = Pattern.compile("0x([0-9a-f]+) 0x([0-9a-f]+) (.*)");

  private static final Pattern MAPPED =
      Pattern.compile("([0-9a-f]+)-([0-9a-f]+) ..x\\S* \\S+ \\S+ \\S+\\s+(/\\S+)");

  /** Where the JVM put a class of its own making: differs from run to run. */
  private static final Pattern HIDDEN = Pattern.compile("/0x[0-9a-f]+");

  private static final Set<String> SAFEPOINT = Set.of("SafepointBlob");
  private static final Set<String> DEOPTIMISATION =
      Set.of("DeoptimizationBlob", "UncommonTrapBlob");

  /** What must be C2's: the enclave's packages, and the field that the evaluator's group is on. */
  private static final List<String> ENCLAVE =
      List.of(
          "org.blindbook.enclave.",
          "org.blindbook.protocol.",
          "org.bouncycastle.math.ec.rfc7748.X25519Field.");

  private static final int C2 = 4;

  /** C1's code that still counts; a trivial method of the JDK stays at C1's tier 1 for good. */
  private static final Set<Integer> UNFINISHED = Set.of(2, 3);

  /** A piece of code; {@code tier} is 4 for C2's, 0 for native wrappers, -1 outside of Java. */
  record Place(long start, long end, int tier, String name) {
    boolean ofEnclave() {
      return ENCLAVE.stream().anyMatch(name::startsWith);
    }

    boolean interpreter() {
      return name.equals("Interpreter");
    }

    String at(long pc) {
      return name
          + (tier > 0 ? " (tier " + tier + ")" : "")
          + " + 0x"
          + Long.toHexString(pc - start);
    }
  }

  private final TreeMap<Long, Place> places = new TreeMap<>();

  /**
   * @param folder into which the target listed its code
   * @param process whose libraries are listed
   */
  static CodeMap read(Path folder, long process) throws MachineCodeException {
    CodeMap map = new CodeMap();
    try {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process), "maps"))) {
        Matcher library = MAPPED.matcher(line);
        if (library.matches()) {
          String file = String.valueOf(Path.of(library.group(3)).getFileName());
          map.add(hex(library.group(1)), hex(library.group(2)), -1, file);
        }
      }
      for (String line : Files.readAllLines(folder.resolve(Target.CODE_MAP))) {
        Matcher blob = BLOB.matcher(line);
        if (blob.matches()) {
          long start = hex(blob.group(1));
          map.add(start, start + hex(blob.group(2)), -1, blob.group(3));
        }
      }
      for (String line : Files.readAllLines(folder.resolve(Target.CODE_LIST))) {
        Matcher compiled = COMPILED.matcher(line);
        if (compiled.matches()) {
          map.add(
              hex(compiled.group(3)),
              hex(compiled.group(4)),
              Integer.parseInt(compiled.group(1)),
              compiled.group(2));
        }
      }
    } catch (IOException e) {
      throw new MachineCodeException("The list of compiled code cannot be read: " + e.getMessage());
    }
    return map;
  }

  private static long hex(String digits) {
    return Long.parseUnsignedLong(digits, 16);
  }

  private void add(long start, long end, int tier, String name) {
    places.put(start, new Place(start, end, tier, name));
  }

  @Nullable Place find(long pc) {
    Map.Entry<Long, Place> floor = places.floorEntry(pc);
    return floor == null || pc >= floor.getValue().end() ? null : floor.getValue();
  }

  String describe(long pc) {
    if (pc == -1) {
      return "the end of the run";
    }
    Place place = find(pc);
    return place == null ? "unlisted code at 0x" + Long.toHexString(pc) : place.at(pc);
  }

  /** Why a run does not show what the enclave runs after its warm-up; empty if it does. */
  List<String> notCompiled(StepTrace trace) {
    TreeMap<String, Integer> found = new TreeMap<>();
    for (long pc : trace.instructions().keySet()) {
      Place place = find(pc);
      if (place == null) {
        found.merge("code that the JVM does not list", 1, Integer::sum);
      } else if (place.interpreter()) {
        found.merge("the interpreter", 1, Integer::sum);
      } else if (place.ofEnclave() ? place.tier() != C2 : UNFINISHED.contains(place.tier())) {
        found.merge(place.name() + " compiled at tier " + place.tier(), 1, Integer::sum);
      }
    }
    List<String> reasons = new ArrayList<>();
    found.forEach((what, count) -> reasons.add(count + " instructions of " + what));
    return reasons;
  }

  /** The enclave's methods, compiled by C2, that a run went through; callees may be inlined. */
  List<String> compiled(StepTrace trace) {
    return trace.instructions().keySet().stream()
        .map(this::find)
        .filter(place -> place != null && place.ofEnclave() && place.tier() == C2)
        .map(place -> HIDDEN.matcher(place.name()).replaceAll(""))
        .distinct()
        .sorted()
        .toList();
  }

  /** Whether the JVM stopped the thread during a run, which says nothing about the input. */
  boolean stopped(StepTrace trace) {
    return visits(trace, SAFEPOINT);
  }

  /** Whether compiled code gave up during a run, because it had not met such an input before. */
  boolean deoptimised(StepTrace trace) {
    return visits(trace, DEOPTIMISATION);
  }

  private boolean visits(StepTrace trace, Set<String> names) {
    return trace.instructions().keySet().stream()
        .map(this::find)
        .anyMatch(place -> place != null && names.contains(place.name()));
  }
}
