package org.blindbook.auditor.machinecode.stepped;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.blindbook.platform.EnclaveProgram;

/**
 * The process under test. Arguments: a part of the names of the subjects wanted; the program whose
 * image is on the class path, {@code LOOKUP} or {@code EVALUATOR}; the kernel of a lookup enclave's
 * table. Its only thread of interest reads commands and answers with lines:
 *
 * <pre>
 * (start)        thread NUMBER / subject NAME|planted|INPUT|INPUT... (each) / ready
 * warm ROUNDS    ready
 * run SUBJECT    ready, after the first input twice and every other one once
 * code FOLDER    ready; writes the lists of compiled code into the folder
 * </pre>
 *
 * End of input ends it.
 */
public final class Target {
  public static final String CODE_LIST = "codelist";
  public static final String CODE_MAP = "perfmap";

  /** Allocated between runs, so that new objects of two runs never share a card of the heap. */
  private static final int GAP = 4096;

  private static final int LINE = 64;

  /** Of an array. */
  private static final int HEADER = 16;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @SuppressWarnings("unused") // written, so that it is allocated
  private static byte[] gap = {};

  private Target() {}

  public static void main(String[] arguments) throws Throwable {
    try {
      serve(arguments[0], EnclaveProgram.valueOf(arguments[1]), arguments[2]);
    } catch (ReflectiveOperationException e) {
      Enclave.doesNotFit(e);
    }
  }

  private static void serve(String only, EnclaveProgram program, String kernel) throws Throwable {
    PrintStream out = System.out;
    List<Subject> subjects = new ArrayList<>();
    switch (program) {
      case LOOKUP -> {
        subjects.addAll(new KernelSubjects(kernel).all());
        subjects.addAll(new TableSubjects(kernel).all());
        subjects.addAll(new TokenSubjects().all());
      }
      case EVALUATOR -> subjects.addAll(new EvaluatorSubjects().all());
    }
    subjects.addAll(new PermitSubjects().all());
    subjects.removeIf(subject -> !subject.name().contains(only));
    subjects.addAll(PlantedLeaks.all());
    out.println("thread " + Marker.thread());
    for (Subject subject : subjects) {
      out.println(
          "subject "
              + subject.name()
              + '|'
              + subject.planted()
              + '|'
              + String.join("|", subject.inputs()));
    }
    answer(out);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line;
    while ((line = in.readLine()) != null) {
      String[] words = line.split(" ", 2);
      switch (words[0]) {
        case "warm" -> warm(subjects, Integer.parseInt(words[1]));
        case "run" -> run(subjects.get(Integer.parseInt(words[1])));
        case "code" -> list(Path.of(words[1]));
        default -> throw new IllegalArgumentException(line);
      }
      answer(out);
    }
  }

  private static void answer(PrintStream out) {
    out.println("ready");
    out.flush();
  }

  /** Calls everything in turn, so that the profile of shared code is that of all of it. */
  private static void warm(List<Subject> subjects, int rounds) throws Throwable {
    Random random = new Random(1);
    for (int round = 0; round < rounds; round++) {
      for (Subject subject : subjects) {
        subject.load().accept(random.nextInt(subject.warmUp()));
        watched(subject);
      }
    }
  }

  private static void run(Subject subject) throws Throwable {
    // What a run leaves behind for the next, as the JDK's providers do, lies as far from it as in
    // every later run.
    subject.load().accept(0);
    leaveGap();
    call(subject);
    for (int k = 0; k <= subject.inputs().size(); k++) {
      subject.load().accept(Math.max(0, k - 1));
      leaveGap();
      watched(subject);
    }
  }

  /**
   * The next object lies as far behind the beginning of a cache line in every run: how many
   * elements of an array a loop handles one by one, before it goes on in vectors, depends on it.
   */
  private static void leaveGap() {
    long beyond = THREADS.getCurrentThreadAllocatedBytes() % LINE;
    gap = new byte[GAP - HEADER - (int) beyond];
  }

  private static void watched(Subject subject) throws Throwable {
    Marker.mark(Marker.BEGIN);
    call(subject);
    Marker.mark(Marker.END);
  }

  private static void call(Subject subject) throws Throwable {
    List<MethodHandle> calls = subject.calls();
    for (int i = 0; i < calls.size(); i++) {
      calls.get(i).invokeExact();
    }
  }

  private static void list(Path folder) throws IOException, JMException {
    Files.writeString(folder.resolve(CODE_LIST), diagnose("compilerCodelist"));
    String ignored = diagnose("compilerPerfmap", folder.resolve(CODE_MAP).toString());
  }

  private static String diagnose(String command, String... arguments) throws JMException {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    return (String)
        beans.invoke(
            new ObjectName("com.sun.management:type=DiagnosticCommand"),
            command,
            new Object[] {arguments},
            new String[] {String[].class.getName()});
  }
}
