package org.blindbook.client;

import java.util.Map;
import java.util.UUID;
import org.blindbook.edge.identifier.Identifier;

/**
 * What a discovery found.
 *
 * @param matches the registered contacts and their accounts; a contact that is not registered is
 *     not in it
 * @param permitsUsed permits that the enclave reported as charged during this call. A charge whose
 *     answer was lost with its connection is repeated for free, and is not counted.
 * @param measurement which enclave program answered, in hexadecimal: the value the policy accepted
 * @param simulated whether that enclave ran on simulated hardware, whose operator could read along
 */
public record Discovery(
    Map<Identifier, UUID> matches, int permitsUsed, String measurement, boolean simulated) {

  public Discovery {
    matches = Map.copyOf(matches);
  }

  /** Says nothing about contacts, not even how many matched. */
  @Override
  public String toString() {
    return "Discovery[measurement=" + measurement + ", simulated=" + simulated + "]";
  }
}
