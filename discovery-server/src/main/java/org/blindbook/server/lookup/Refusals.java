package org.blindbook.server.lookup;

import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.server.admission.Lane;
import org.blindbook.server.admission.Resource;
import org.blindbook.server.admission.Shortages;
import org.blindbook.server.limits.RetryAfter;

/**
 * What refused clients of one role are told, and the operator about them.
 *
 * @param lane whose backlog they are told to wait for
 */
public record Refusals(RetryAfter retryAfter, Shortages shortages, Lane lane) {
  /** One more was refused for want of this. */
  public void report(Resource resource) {
    lane.refused();
    shortages.report(resource);
  }

  /** How long a client is told to wait, in seconds: until there is time for it. */
  public int seconds() {
    return retryAfter.seconds(lane.backlog());
  }

  /** The reason that goes with a close code. Who has had too much waits for nobody else's work. */
  String reason(CloseCode code) {
    return CloseCode.retryAfterReason(
        code == CloseCode.OVERLOADED ? seconds() : retryAfter.seconds());
  }
}
