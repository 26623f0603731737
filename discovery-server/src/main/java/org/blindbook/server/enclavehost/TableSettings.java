package org.blindbook.server.enclavehost;

import java.util.Map;
import org.blindbook.edge.compiled.TableKernel;

/**
 * What a lookup enclave's table runs on, attested as all its settings.
 *
 * @param kernel its inner loops
 * @param threads of a pass over it, from 1
 */
public record TableSettings(TableKernel kernel, int threads) {
  /** More do not make a pass faster, and the enclave takes no more. */
  private static final int MAX_THREADS = 256;

  /** The widest vectors of this machine, on all its processors. */
  public static TableSettings ofThisMachine() {
    return new TableSettings(
        TableKernel.ofThisMachine(),
        Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()));
  }

  Map<String, String> values() {
    return Map.of(TableKernel.SETTING, kernel.label(), "table.threads", Integer.toString(threads));
  }

  /** For a line that people read. */
  public String describe() {
    return "table kernel "
        + kernel.label()
        + ", "
        + threads
        + (threads == 1 ? " thread" : " threads");
  }
}
