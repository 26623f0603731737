package org.blindbook.client;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.blindbook.edge.identifier.Identifier;

/**
 * What a discovery found.
 *
 * @param matches the registered contacts and their accounts; a contact that is not registered is
 *     not in it. Where only recent registrations were asked for, those among them: a contact that
 *     is missing may have been registered for long. See {@link #addedTo}
 * @param permitsUsed permits that the enclave reported as charged during this call. A charge whose
 *     answer was lost with its connection is repeated for free, and is not counted.
 * @param measurement which enclave program answered, in hexadecimal: the value the policy accepted
 * @param simulated whether that enclave ran on simulated hardware, whose operator could read along
 * @param coverage among which registrations contacts were looked up
 */
public record Discovery(
    Map<Identifier, UUID> matches,
    int permitsUsed,
    String measurement,
    boolean simulated,
    Coverage coverage) {

  public Discovery {
    matches = Map.copyOf(matches);
  }

  /**
   * What is known after this discovery.
   *
   * @param known what was known before
   * @return the matches, where contacts were looked up among all registrations; else what was known
   *     with what is new or has changed
   */
  public Map<Identifier, UUID> addedTo(Map<Identifier, UUID> known) {
    if (!coverage.recent()) {
      return matches;
    }
    Map<Identifier, UUID> both = new HashMap<>(known);
    both.putAll(matches);
    return Map.copyOf(both);
  }

  /** Says nothing about contacts, not even how many matched. */
  @Override
  public String toString() {
    return "Discovery[measurement=" + measurement + ", simulated=" + simulated + "]";
  }
}
