package org.blindbook.auditor.trace.scenario;

import org.blindbook.auditor.trace.recording.Recorder;

/** What an account asks for: the user whose secrets they are, or the host in the user's name. */
interface User {
  /** The enclave that it asks, with registrations where there are any. */
  Stage<?> stage(Recorder recorder) throws Exception;

  /** The user's next request, of a size class that the host sees. */
  byte[] request(int sizeClass) throws Exception;

  /** What the enclave answered, which only the user can read. */
  void answered(Client.Answered answer);

  /**
   * A request of the host's own, as a client.
   *
   * @param number names it: the same one twice is a retry
   */
  byte[] hostsRequest(int sizeClass, int count, int number) throws Exception;
}
