package org.blindbook.enclave.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.blindbook.enclave.oblivious.GivenUpCode;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.oblivious.TestedKernel;
import org.blindbook.enclave.table.TableContext;
import org.junit.jupiter.api.Test;

/** The watch sees the JVM give up code, and nothing while it does not. */
class CompiledCodeTest {
  private final GivenUpCode code = new GivenUpCode();
  private final CompiledCode compiled = new CompiledCode();
  private final AtomicLong work = new AtomicLong();

  private CompletableFuture<Void> watch() throws InterruptedException {
    Set<Integer> before = compiled.inUse();
    // C2 works beside us: wait until it adds nothing more.
    Set<Integer> now = before;
    int quiet = 0;
    while (quiet < 10) {
      code.compile();
      Thread.sleep(100);
      Set<Integer> next = compiled.inUse();
      quiet = next.equals(now) && !next.equals(before) ? quiet + 1 : 0;
      now = next;
    }
    WarmUp warmUp =
        new WarmUp(TableContext.of(RandomSource.of(new SecureRandom()), TestedKernel.NAME, 1));
    Set<Integer> warm = now;
    CompletableFuture<Void> loss =
        CompletableFuture.runAsync(
            () -> warmUp.awaitLossOf(warm, work::get), Thread::startVirtualThread);
    assertThatThrownBy(() -> loss.get(500, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    return loss;
  }

  @Test
  void aBranchThatC2LeftOutIsNoticed() throws Exception {
    CompletableFuture<Void> loss = watch();
    code.takeTheOtherBranch();
    work.incrementAndGet();
    loss.get(2, TimeUnit.SECONDS); // idle it would take up to four
  }

  @Test
  void aClassThatC2DidNotExpectIsNoticedBeforeAnythingRuns() throws Exception {
    CompletableFuture<Void> loss = watch();
    assertThat(code.loadAnotherClass()).isNotNull();
    loss.get(10, TimeUnit.SECONDS);
  }
}
