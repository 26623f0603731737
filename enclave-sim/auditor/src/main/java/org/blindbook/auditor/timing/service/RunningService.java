package org.blindbook.auditor.timing.service;

import java.io.IOException;
import java.util.List;
import java.util.Random;

/** A service that was started to be timed. */
public interface RunningService extends AutoCloseable {
  /** Starts services. */
  interface Starter {
    /**
     * @param mode of the service
     * @throws IOException with a plain sentence, when it cannot be started
     */
    RunningService start(Mode mode) throws IOException;
  }

  /** The modes of a service. */
  enum Mode {
    TRUNCATED,
    BLINDED
  }

  /**
   * What can be compared, prepared so far that it can be measured.
   *
   * @param random chooses contacts
   */
  List<Contest> contests(Random random) throws IOException;

  /** Ends every process of the service and deletes its folder. */
  @Override
  void close();
}
