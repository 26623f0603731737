package org.blindbook.server.recovery;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Lets two folders change places in one step, as Linux can ({@code renameat2} with {@code
 * RENAME_EXCHANGE}): at any moment, and after any crash, there is one of the two under either name.
 * Java has no call for that.
 */
final class FolderExchange {
  /** Paths are taken as they are, not from an open folder on. */
  private static final int AT_FDCWD = -100;

  private static final int RENAME_EXCHANGE = 2;

  private static final Optional<MethodHandle> RENAME = find();

  private FolderExchange() {}

  private static Optional<MethodHandle> find() {
    Linker linker = Linker.nativeLinker();
    return System.getProperty("os.name").equals("Linux")
        ? linker
            .defaultLookup()
            .find("renameat2")
            .map(
                symbol ->
                    linker.downcallHandle(
                        symbol,
                        FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT)))
        : Optional.empty();
  }

  /**
   * @return false when this system, or this file system, cannot: then nothing has happened
   */
  static boolean exchange(Path one, Path two) {
    if (RENAME.isEmpty()) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment first = arena.allocateFrom(one.toString());
      MemorySegment second = arena.allocateFrom(two.toString());
      return (int) RENAME.get().invokeExact(AT_FDCWD, first, AT_FDCWD, second, RENAME_EXCHANGE)
          == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("a call without exceptions threw one", e);
    }
  }
}
