package org.blindbook.auditor.machinecode;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The system calls of a debugger, ptrace(2) and waitpid(2), on one thread of another process. Linux
 * wants all of them from the thread that attached.
 */
final class Ptrace implements AutoCloseable {
  private static final int CONTINUE_TO_SYSTEM_CALL = 24;
  private static final int SINGLE_STEP = 9;
  private static final int GET_REGISTERS = 12;
  private static final int SET_REGISTERS = 13;
  private static final int GET_REGISTER_SET = 0x4204;
  private static final int SEIZE = 0x4206;
  private static final int INTERRUPT = 0x4207;
  private static final int DETACH = 17;

  /** System call stops are told apart from other traps by a bit in the signal number. */
  private static final long OPTION_MARK_SYSTEM_CALLS = 1;

  private static final int SYSTEM_CALL_STOP = 5 | 0x80;
  private static final int TRAP = 5;
  private static final int EVENT_STOP = 128;

  /** waitpid: threads too, not only child processes. */
  private static final int ALL_THREADS = 0x40000000;

  private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO_VALUE =
      ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private final Arena arena = Arena.ofConfined();
  private final MethodHandle ptrace;
  private final MethodHandle waitpid;
  private final MemorySegment errno = arena.allocate(ERRNO);
  private final MemorySegment status = arena.allocate(JAVA_INT);
  private final MemorySegment registers = arena.allocate(Registers.BYTES);
  private final MemorySegment extended = arena.allocate(ExtendedState.MOST_BYTES);
  private final MemorySegment extendedVector =
      arena.allocate(ADDRESS.byteSize() + JAVA_LONG.byteSize());
  private final int thread;
  private int pendingSignal;

  /** Attaches to a thread and stops it. */
  @SuppressWarnings("restricted") // the reason for this class
  Ptrace(int thread) throws MachineCodeException {
    this.thread = thread;
    Linker linker = Linker.nativeLinker();
    this.ptrace =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("ptrace"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS),
            Linker.Option.captureCallState("errno"),
            Linker.Option.firstVariadicArg(1));
    this.waitpid =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("waitpid"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT),
            Linker.Option.captureCallState("errno"));
    call("attach", SEIZE, MemorySegment.ofAddress(OPTION_MARK_SYSTEM_CALLS));
    call("interrupt", INTERRUPT, MemorySegment.NULL);
    await();
  }

  /** Lets the thread run until it enters or leaves a system call. */
  Registers continueToSystemCall() throws MachineCodeException {
    while (true) {
      resume("continue", CONTINUE_TO_SYSTEM_CALL);
      if (await() == SYSTEM_CALL_STOP) {
        return registers();
      }
    }
  }

  /** Executes one instruction. */
  Registers step() throws MachineCodeException {
    while (true) {
      resume("step", SINGLE_STEP);
      if (await() == TRAP) {
        Registers now = registers();
        if (now.clearTrapFlag()) {
          call("write the registers", SET_REGISTERS, registers);
        }
        return now;
      }
    }
  }

  /** The registers of the stopped thread: one object, filled anew by every call. */
  Registers registers() throws MachineCodeException {
    call("read the registers", GET_REGISTERS, registers);
    return new Registers(registers);
  }

  /** A mask register (AVX-512) of the stopped thread. */
  long mask(int number) throws MachineCodeException {
    extendedVector.set(ADDRESS, 0, extended);
    extendedVector.set(JAVA_LONG, ADDRESS.byteSize(), extended.byteSize());
    call("read the mask registers", GET_REGISTER_SET, ExtendedState.REGISTER_SET, extendedVector);
    return extended.get(JAVA_LONG, ExtendedState.maskOffset(number));
  }

  private void resume(String what, int request) throws MachineCodeException {
    int signal = pendingSignal;
    pendingSignal = 0;
    call(what, request, MemorySegment.ofAddress(signal));
  }

  /**
   * Waits for the next stop and says which signal caused it; one meant for the thread itself is
   * kept and delivered with the next resumption.
   */
  private int await() throws MachineCodeException {
    try {
      int waited = (int) waitpid.invokeExact(errno, thread, status, ALL_THREADS);
      int value = status.get(JAVA_INT, 0);
      if (waited != thread || (value & 0xff) != 0x7f) {
        throw new MachineCodeException("The process under test ended before the comparison did.");
      }
      int signal = value >>> 8 & 0xff;
      boolean event = value >>> 16 == EVENT_STOP;
      if (!event && signal != TRAP && signal != SYSTEM_CALL_STOP) {
        pendingSignal = signal;
      }
      return event ? 0 : signal;
    } catch (MachineCodeException e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError("waitpid cannot be called", e);
    }
  }

  private void call(String what, long request, MemorySegment data) throws MachineCodeException {
    call(what, request, 0, data);
  }

  private void call(String what, long request, long address, MemorySegment data)
      throws MachineCodeException {
    try {
      long result = (long) ptrace.invokeExact(errno, request, thread, address, data);
      if (result == -1) {
        throw new MachineCodeException.Unsupported(
            "The system does not let this process "
                + what
                + " by ptrace (error "
                + (int) ERRNO_VALUE.get(errno, 0L)
                + "): run where a process may trace its children, in containers with the"
                + " capability SYS_PTRACE.");
      }
    } catch (MachineCodeException e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError("ptrace cannot be called", e);
    }
  }

  /** Lets the thread go on by itself. */
  @Override
  public void close() {
    try {
      call("detach", DETACH, MemorySegment.NULL);
    } catch (MachineCodeException e) {
      // It is gone already.
    }
    arena.close();
  }
}
