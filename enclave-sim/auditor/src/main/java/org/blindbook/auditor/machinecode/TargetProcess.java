package org.blindbook.auditor.machinecode;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.blindbook.auditor.machinecode.stepped.Marker;
import org.blindbook.auditor.machinecode.stepped.Target;
import org.blindbook.edge.compiled.SteppedCode;
import org.blindbook.platform.EnclaveProgram;
import org.jspecify.annotations.Nullable;

/** A JVM with the shipped enclave on its class path, and the tracer's hold on its thread. */
final class TargetProcess implements AutoCloseable {

  /** One subject as the target announces it. */
  record Announced(int number, String name, boolean planted, List<String> inputs) {
    int runs() {
      return 1 + inputs.size();
    }
  }

  /**
   * Keep the world still: compiled code is ready when it is asked for, no safepoint without a
   * reason, no collection in so large a heap.
   */
  private static final List<String> FLAGS =
      List.of(
          "-XX:-BackgroundCompilation",
          // Kernels stay compiled methods of their own, with names, outside of their callers.
          "-Djava.lang.invoke.MethodHandle.CUSTOMIZE_THRESHOLD=-1",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:GuaranteedSafepointInterval=0",
          "-XX:GuaranteedAsyncDeflationInterval=0",
          "-Xms1g",
          "-Xmx1g",
          "-Xmn800m",
          // New objects of all runs lie one after the other.
          "-XX:-ResizeTLAB",
          "-XX:TLABSize=100m");

  private final Process process;
  private final BufferedReader out;
  private final BufferedWriter in;
  private final List<Announced> subjects = new ArrayList<>();
  private int thread;
  private final String kernel;

  /**
   * Starts the target.
   *
   * @param program which enclave it is
   * @param enclave the folder of its jars
   * @param kernel of the table, or {@link SteppedCode#NO_KERNEL}
   * @param only part of the names of the subjects to run
   */
  TargetProcess(EnclaveProgram program, Path enclave, String kernel, String only)
      throws MachineCodeException {
    List<String> command = EnclaveJvm.command(program, enclave, FLAGS, Target.class);
    command.add(only);
    command.add(program.name());
    command.add(kernel);
    this.kernel = kernel;
    try {
      this.process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new MachineCodeException("The process under test cannot start: " + e.getMessage());
    }
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.in =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    for (String line : untilReady()) {
      String[] words = line.split(" ", 2);
      switch (words[0]) {
        case "thread" -> thread = Integer.parseInt(words[1]);
        default -> announce(words[1].split("\\|"));
      }
    }
  }

  private void announce(String[] parts) {
    List<String> inputs = Arrays.asList(parts).subList(2, parts.length);
    subjects.add(new Announced(subjects.size(), parts[0], Boolean.parseBoolean(parts[1]), inputs));
  }

  /** Name of the kernel in use. */
  String kernel() {
    return kernel;
  }

  List<Announced> subjects() {
    return subjects;
  }

  long pid() {
    return process.pid();
  }

  void warm(int rounds) throws MachineCodeException {
    send("warm " + rounds);
    untilReady();
  }

  CodeMap code(Path folder) throws MachineCodeException {
    send("code " + folder);
    untilReady();
    return CodeMap.read(folder, process.pid());
  }

  /**
   * Runs a subject on all its inputs, the first one twice, and records each run.
   *
   * @param deadline in the time of {@link System#nanoTime}
   * @return fewer runs than there are when the time was over
   */
  List<StepTrace> step(Announced subject, long deadline) throws MachineCodeException {
    List<StepTrace> traces = new ArrayList<>();
    try (Ptrace ptrace = new Ptrace(thread);
        FileChannel memory =
            FileChannel.open(
                Path.of("/proc", Long.toString(process.pid()), "mem"), StandardOpenOption.READ)) {
      send("run " + subject.number());
      while (traces.size() < subject.runs()) {
        Registers registers = ptrace.continueToSystemCall();
        if (at(registers, Marker.BEGIN)) {
          ptrace.continueToSystemCall(); // its end
          StepTrace trace = record(ptrace, memory, deadline);
          if (trace == null) {
            break; // let go, the thread runs the rest by itself
          }
          traces.add(trace);
        }
      }
    } catch (IOException e) {
      throw new MachineCodeException(
          "The memory of the process under test cannot be read: " + e.getMessage());
    }
    untilReady();
    return traces;
  }

  private static boolean at(Registers registers, int marker) {
    return registers.systemCall() == Marker.SYSTEM_CALL
        && (int) registers.general(Registers.RDI) == marker;
  }

  private static @Nullable StepTrace record(Ptrace ptrace, FileChannel memory, long deadline)
      throws MachineCodeException {
    StepTrace trace = new StepTrace();
    StepTrace.Code code = pc -> read(memory, pc);
    Registers registers = ptrace.registers();
    while (!aboutToEnd(registers, memory)) {
      if (trace.full() || System.nanoTime() - deadline > 0) {
        return null;
      }
      trace.add(registers, code, ptrace::mask);
      registers = ptrace.step();
    }
    return trace;
  }

  /** Before the system call its number is in rax, and the next instruction is {@code syscall}. */
  private static boolean aboutToEnd(Registers registers, FileChannel memory)
      throws MachineCodeException {
    if (registers.general(Registers.RAX) != Marker.SYSTEM_CALL
        || (int) registers.general(Registers.RDI) != Marker.END) {
      return false;
    }
    byte[] code = read(memory, registers.pc());
    return code[0] == 0x0f && code[1] == 0x05;
  }

  private static byte[] read(FileChannel memory, long pc) throws MachineCodeException {
    ByteBuffer bytes = ByteBuffer.allocate(Decoder.MAX_LENGTH);
    try {
      int ignored = memory.read(bytes, pc);
    } catch (IOException e) {
      throw new MachineCodeException("Code at 0x" + Long.toHexString(pc) + " cannot be read.");
    }
    return bytes.array();
  }

  private void send(String command) throws MachineCodeException {
    try {
      in.write(command + "\n");
      in.flush();
    } catch (IOException e) {
      throw ended();
    }
  }

  private List<String> untilReady() throws MachineCodeException {
    List<String> lines = new ArrayList<>();
    try {
      while (true) {
        String line = out.readLine();
        if (line == null) {
          throw ended();
        }
        if (line.equals("ready")) {
          return lines;
        }
        lines.add(line);
      }
    } catch (IOException e) {
      throw ended();
    }
  }

  private static MachineCodeException ended() {
    return new MachineCodeException(
        "The process under test ended early; see its message above. The enclave and the auditor"
            + " must be of one release.");
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
