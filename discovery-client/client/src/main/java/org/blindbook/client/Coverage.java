package org.blindbook.client;

import java.time.Instant;

/**
 * Among which registrations contacts were looked up.
 *
 * @param recent whether only among those since {@code fullAt}, and what changed since
 * @param fullAt when contacts were last looked up among all
 * @param fullDue when they will be again, by {@link DiscoveryClient#discoverRecent}; earlier where
 *     the service has not all changes any more
 */
public record Coverage(boolean recent, Instant fullAt, Instant fullDue) {}
