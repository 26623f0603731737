package org.blindbook.enclave.lookup;

import org.blindbook.enclave.SimpleHardware;
import org.blindbook.enclave.fuzz.FuzzedEnclave;
import org.blindbook.enclave.fuzz.HostsClock;
import org.blindbook.enclave.fuzz.RepeatableRandom;
import org.blindbook.enclave.fuzz.Sequences;
import org.junit.jupiter.api.Test;

/** Whatever a host or a client does, the lookup enclave answers as documented and keeps nothing. */
class LookupFuzzTest {
  private static final String SETTINGS =
      "mode=truncated\nregistrations=all\ntable.kernel=plain\ntable.threads=1\n";
  private static final int SEQUENCES = 2_000;

  private static FuzzedEnclave enclave() throws Exception {
    RepeatableRandom random = new RepeatableRandom();
    HostsClock clock = new HostsClock();
    LookupEnclave enclave = LookupEnclave.create(new SimpleHardware(SETTINGS, 1), random, clock);
    enclave.runWaiting();
    return new FuzzedEnclave(enclave, random, clock, enclave::runWaiting, new TableCalls());
  }

  @Test
  void callsOfAHost() throws Exception {
    Sequences.run(SEQUENCES, enclave()::callsOfAHost);
  }

  @Test
  void messagesOfAClient() throws Exception {
    Sequences.run(SEQUENCES, enclave()::messagesOfAClient);
  }
}
