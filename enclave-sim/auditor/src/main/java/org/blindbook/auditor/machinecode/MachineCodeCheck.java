package org.blindbook.auditor.machinecode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.commons.codec.binary.Hex;
import org.blindbook.auditor.machinecode.Comparison.Difference;
import org.blindbook.auditor.machinecode.TargetProcess.Announced;
import org.blindbook.auditor.machinecode.Verdict.Seen;
import org.blindbook.edge.compiled.SteppedCode;
import org.blindbook.edge.compiled.TableKernel;
import org.blindbook.platform.EnclaveProgram;
import org.blindbook.platform.PlatformException;
import org.jspecify.annotations.Nullable;

/**
 * Starts a shipped enclave's inner loops in a JVM of their own, waits until C2 has compiled them,
 * executes each instruction by instruction on inputs of one public shape, and compares.
 */
public final class MachineCodeCheck {
  /** What a server would choose on this machine, and plain Java. */
  public static final List<String> DEFAULT_KERNELS =
      Stream.of(TableKernel.ofThisMachine(), TableKernel.PLAIN)
          .distinct()
          .map(TableKernel::label)
          .toList();

  /** Seconds for one subject, warm-up not included. */
  public static final int DEFAULT_LIMIT = 600;

  private static final int WARM_UP = 10_000;
  private static final int MORE_WARM_UP = 10_000;
  private static final int ATTEMPTS = 4;

  private final Path enclave;
  private final List<String> kernels;
  private final String only;
  private final int limit;

  /**
   * @param enclave the folder of the enclave's jars
   * @param kernels {@code plain}, {@code vector256} or {@code vector512}; each is checked in a
   *     process of its own. An evaluator enclave has none and is checked once.
   * @param only part of the names of the subjects to step through; planted leaks always
   * @param limit seconds for one subject; what takes longer is not finished, and no pass
   */
  public MachineCodeCheck(Path enclave, List<String> kernels, String only, int limit) {
    this.enclave = enclave;
    this.kernels = kernels;
    this.only = only;
    this.limit = limit;
  }

  /** Told about every subject. */
  interface Progress {
    void begins(String kernel, String name);

    void ends(Result result);
  }

  /**
   * What one subject showed.
   *
   * @param instructions of its first run
   * @param compiled the enclave's methods that C2 had compiled and the run went through, each with
   *     what was inlined into it
   */
  record Result(
      String kernel,
      String name,
      boolean planted,
      int inputs,
      int instructions,
      List<String> compiled,
      Verdict verdict,
      long millis) {}

  /** What to tell the auditor when there is nothing to run. */
  Optional<String> objection() {
    return limit < 1
        ? Optional.of("--limit must be at least 1 second.")
        : EnclaveJvm.objection(enclave, EnumSet.allOf(EnclaveProgram.class), kernels);
  }

  MachineCodeReport run(Progress progress) throws MachineCodeException {
    requirePlatform();
    EnclaveProgram program = program();
    List<Result> results = new ArrayList<>();
    Path folder = temporaryFolder();
    try {
      for (String kernel :
          program == EnclaveProgram.LOOKUP ? kernels : List.of(SteppedCode.NO_KERNEL)) {
        run(program, kernel, folder, progress, results);
      }
    } finally {
      delete(folder);
    }
    return new MachineCodeReport(results);
  }

  private EnclaveProgram program() throws MachineCodeException {
    try {
      return EnclaveJvm.programOf(enclave);
    } catch (PlatformException e) {
      throw new MachineCodeException(String.valueOf(e.getMessage()));
    }
  }

  private void run(
      EnclaveProgram program, String kernel, Path folder, Progress progress, List<Result> results)
      throws MachineCodeException {
    try (TargetProcess target = new TargetProcess(program, enclave, kernel, only)) {
      target.warm(WARM_UP);
      for (Announced subject : target.subjects()) {
        progress.begins(target.kernel(), subject.name());
        Result result = run(target, subject, folder);
        results.add(result);
        progress.ends(result);
      }
    }
  }

  static void requirePlatform() throws MachineCodeException {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch", "");
    if (!system.equals("linux") || !machine.equals("amd64")) {
      throw new MachineCodeException.Unsupported(
          "Compiled code can be checked on Linux on x86-64 only, not on "
              + system
              + " on "
              + machine
              + ".");
    }
  }

  private Result run(TargetProcess target, Announced subject, Path folder)
      throws MachineCodeException {
    long start = System.nanoTime();
    for (int attempt = 1; ; attempt++) {
      List<StepTrace> traces = target.step(subject, start + limit * 1_000_000_000L);
      CodeMap code = target.code(folder);
      List<String> obstacles = traces.isEmpty() ? List.of() : obstacles(traces, code);
      if (obstacles.isEmpty()
          || newInputDeoptimised(traces, code)
          || attempt == ATTEMPTS
          || traces.size() < subject.runs()) {
        return new Result(
            target.kernel(),
            subject.name(),
            subject.planted(),
            subject.inputs().size(),
            traces.isEmpty() ? 0 : traces.get(0).length(),
            traces.isEmpty() ? List.of() : code.compiled(traces.get(0)),
            new Judge(subject, traces, code, obstacles).verdict(),
            (System.nanoTime() - start) / 1_000_000);
      }
      target.warm(MORE_WARM_UP);
    }
  }

  private static List<String> obstacles(List<StepTrace> traces, CodeMap code) {
    List<String> obstacles = new ArrayList<>(code.notCompiled(traces.get(0)));
    if (traces.stream().anyMatch(code::stopped)) {
      obstacles.add("a safepoint: the JVM stopped the thread during a run");
    }
    return obstacles;
  }

  /** Once is enough for a leak; the same input would find recompiled code the next time. */
  private static boolean newInputDeoptimised(List<StepTrace> traces, CodeMap code) {
    return traces.stream().skip(2).anyMatch(code::deoptimised) && !code.deoptimised(traces.get(0));
  }

  /** Compares the traces of one subject. */
  private record Judge(
      Announced subject, List<StepTrace> traces, CodeMap code, List<String> obstacles) {

    Verdict verdict() {
      if (traces.size() < 2) {
        return new Verdict.NotFinished(traces.size(), subject.runs());
      }
      StepTrace first = traces.get(0);
      Comparison comparison = new Comparison(first);
      Difference control = comparison.control(traces.get(1));
      if (control != null) {
        return new Verdict.Nondeterministic(
            control.step(),
            seen(first, control.firstPc(), control.firstAddress()),
            seen(traces.get(1), control.otherPc(), control.otherAddress()));
      }
      for (int k = 2; k < traces.size(); k++) {
        StepTrace other = traces.get(k);
        Difference difference = comparison.compare(other, k);
        if (difference != null) {
          return new Verdict.Differs(
              subject.inputs().get(0),
              subject.inputs().get(k - 1),
              difference.step(),
              difference.inPath() ? "instruction" : "address",
              seen(first, difference.firstPc(), difference.firstAddress()),
              seen(other, difference.otherPc(), difference.otherAddress()),
              seen(first, difference.before(), 0));
        }
      }
      if (traces.size() < subject.runs()) {
        return new Verdict.NotFinished(traces.size(), subject.runs());
      }
      List<String> reasons = new ArrayList<>(obstacles);
      TreeSet<String> unseen = new TreeSet<>();
      first
          .instructions()
          .forEach(
              (pc, instruction) -> {
                if (instruction.access().unseen() != MemoryAccess.Unseen.NOTHING) {
                  unseen.add(
                      instruction.access().unseen().text
                          + ", at "
                          + code.describe(pc)
                          + " ("
                          + Hex.encodeHexString(instruction.code())
                          + ")");
                }
              });
      reasons.addAll(unseen);
      return reasons.isEmpty() ? new Verdict.Equal() : new Verdict.Unanalysed(reasons);
    }

    private Seen seen(StepTrace trace, long pc, long address) {
      StepTrace.@Nullable Instruction instruction = trace.instructions().get(pc);
      return new Seen(
          code.describe(pc),
          instruction == null ? "" : Hex.encodeHexString(instruction.code()),
          address);
    }
  }

  private static Path temporaryFolder() throws MachineCodeException {
    try {
      return Files.createTempDirectory("blindbook-code");
    } catch (IOException e) {
      throw new MachineCodeException("No temporary folder can be made: " + e.getMessage());
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      // It lies in the system's folder for temporary files.
    }
  }
}
