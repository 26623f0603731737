package org.blindbook.server.registrations;

import java.time.Instant;

/**
 * How far a store was at some time: what was written later has a higher sequence number.
 *
 * @param sequence the head then
 */
public record Mark(Instant time, long sequence) {}
