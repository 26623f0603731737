package org.blindbook.auditor.timing.service.processes;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.blindbook.auditor.timing.service.client.Clients;

/**
 * The processor time of an enclave's threads, as the host can read it: of each thread the first
 * number in {@code /proc/PID/task/TID/schedstat}, nanoseconds. {@code utime} and {@code stime}
 * would come in steps of 10 ms. The JVM's compilers, and its clock, are left out: they work on what
 * was asked long before.
 */
final class EnclaveThreads implements Clients.ProcessorTime, AutoCloseable {
  /** Names as the kernel has them, cut after 15 characters. */
  private static final Set<String> LEFT_OUT =
      Set.of("C1 CompilerThre", "C2 CompilerThre", "VM Periodic Tas");

  /** How often new threads are looked for: never between a beginning and its end. */
  private static final int BEGINNINGS_PER_LISTING = 256;

  private final Path tasks;
  private final List<OneThread> threads = new ArrayList<>();
  private final byte[] line = new byte[128];
  private int beginnings;
  private boolean oneHasEnded;

  /**
   * @param process the enclave's id
   */
  EnclaveThreads(long process) {
    this.tasks = Path.of("/proc", Long.toString(process), "task");
  }

  private final class OneThread {
    private final RandomAccessFile time;
    private long nanos;

    OneThread(Path task) throws IOException {
      this.time = new RandomAccessFile(task.resolve("schedstat").toFile(), "r");
    }

    /** A thread that has ended keeps what it had when it was read last. */
    long nanos() {
      try {
        time.seek(0);
        nanos = firstNumber(time.read(line));
      } catch (IOException e) {
        oneHasEnded = true;
      }
      return nanos;
    }
  }

  @Override
  public long begin() throws IOException {
    if (beginnings++ % BEGINNINGS_PER_LISTING == 0 || oneHasEnded) {
      list();
    }
    return end();
  }

  @Override
  public long end() {
    long nanos = 0;
    for (OneThread thread : threads) {
      nanos += thread.nanos();
    }
    return nanos;
  }

  private long firstNumber(int length) {
    long number = 0;
    for (int i = 0; i < length && line[i] >= '0' && line[i] <= '9'; i++) {
      number = 10 * number + line[i] - '0';
    }
    return number;
  }

  private void list() throws IOException {
    close();
    oneHasEnded = false;
    try (DirectoryStream<Path> listed = Files.newDirectoryStream(tasks)) {
      for (Path task : listed) {
        try {
          if (!LEFT_OUT.contains(Files.readString(task.resolve("comm")).strip())) {
            threads.add(new OneThread(task));
          }
        } catch (IOException e) {
          // It ended since it was listed.
        }
      }
    }
    if (end() == 0) {
      throw new IOException("the processor time of the enclave's threads cannot be read");
    }
  }

  @Override
  public void close() throws IOException {
    for (OneThread thread : threads) {
      thread.time.close();
    }
    threads.clear();
  }
}
