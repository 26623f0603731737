package org.blindbook.server.lookup;

import java.time.Duration;

/**
 * How long a connection waits for its client.
 *
 * @param idle for the first byte of its next message, and for it to read a reply
 * @param message from the first byte of a message to its last
 * @param acknowledgement for the acknowledgement: what has been paid for keeps its place meanwhile
 * @param total the whole connection
 */
public record Patience(Duration idle, Duration message, Duration acknowledgement, Duration total) {}
