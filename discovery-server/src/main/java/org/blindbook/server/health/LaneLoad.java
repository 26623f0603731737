package org.blindbook.server.health;

import org.blindbook.server.admission.Lane;
import org.blindbook.server.enclavehost.EnclaveRole;

/**
 * How much work waits for the enclaves of one role, or is under way.
 *
 * @param queuedMillis how long it would take this machine to do all of it
 * @param refused clients refused since start, for want of anything
 */
public record LaneLoad(EnclaveRole role, long queuedMillis, long refused) {
  public static LaneLoad of(Lane lane) {
    return new LaneLoad(lane.role(), lane.queued().toMillis(), lane.refusals());
  }
}
