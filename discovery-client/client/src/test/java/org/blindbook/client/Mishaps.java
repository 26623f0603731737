package org.blindbook.client;

import java.io.IOException;
import java.util.SplittableRandom;

/**
 * What may happen whenever a phone touches its disk or the network, or a host its enclave or its
 * store. A connection is lost, the phone's process dies, the service is restarted, or another phone
 * of the account comes in between.
 */
final class Mishaps {
  /** What the service and the other phones do. */
  interface World {
    void restartEnclaves() throws Exception;

    void restartHost();

    void anotherPhone();
  }

  private final SplittableRandom random;
  private final World world;

  /** One touch of so many ends badly; 0 for none. */
  private int oneIn;

  private boolean between;

  Mishaps(SplittableRandom random, World world) {
    this.random = random;
    this.world = world;
  }

  /** From now on one of so many touches goes wrong. */
  void begin(int newOneIn) {
    oneIn = newOneIn;
  }

  /** From now on all goes well. */
  void end() {
    oneIn = 0;
  }

  void pass() throws IOException {
    if (oneIn == 0 || random.nextInt(oneIn) > 0) {
      return;
    }
    switch (random.nextInt(6)) {
      case 0, 1 -> throw new IOException("broken by the test");
      case 2 -> throw new Steps.Halt();
      case 3 -> restartEnclaves();
      case 4 -> world.restartHost();
      default -> meanwhile();
    }
  }

  private void restartEnclaves() {
    try {
      world.restartEnclaves();
    } catch (Exception e) {
      throw new AssertionError("an enclave does not start", e);
    }
  }

  /** Not between what another one does in between. */
  private void meanwhile() {
    if (!between) {
      between = true;
      world.anotherPhone();
      between = false;
    }
  }
}
