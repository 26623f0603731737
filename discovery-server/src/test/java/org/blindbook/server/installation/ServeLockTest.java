package org.blindbook.server.installation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.blindbook.server.JavaProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeLockTest {
  @TempDir Path temp;

  @Test
  void admitsOneServerAtATime() throws Exception {
    DataDirectory directory = DataDirectory.open(temp);
    try (ServeLock held = ServeLock.acquire(directory)) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> ServeLock.acquire(directory))
          .isInstanceOf(OperatorException.class)
          .hasMessageContaining("Another server is running");
    }
    ServeLock.acquire(directory).close();
  }

  /** The commands load and epoch take it to see whether a server runs. */
  @Test
  void whoLooksForAMomentKeepsNoServerFromStarting() throws Exception {
    DataDirectory directory = DataDirectory.open(temp);
    ServeLock look = ServeLock.tryAcquire(directory).orElseThrow();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                Thread.sleep(50);
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              look.close();
            });
    ServeLock.acquire(directory).close();
  }

  @Test
  void admitsOneServerAtATimeAcrossProcesses() throws Exception {
    try (JavaProcess other = JavaProcess.start(Locker.class, temp.toString())) {
      assertThat(other.line()).isEqualTo("locked");
      DataDirectory directory = DataDirectory.open(temp);
      assertThatThrownBy(() -> ServeLock.acquire(directory))
          .isInstanceOf(OperatorException.class)
          .hasMessageContaining("Another server is running");
      other.kill();
      ServeLock.acquire(directory).close();
    }
  }

  /** Locks a directory until killed. */
  static final class Locker {
    public static void main(String[] arguments) throws Exception {
      ServeLock.acquire(DataDirectory.open(Path.of(arguments[0])));
      System.out.println("locked");
      System.in.read();
    }
  }
}
