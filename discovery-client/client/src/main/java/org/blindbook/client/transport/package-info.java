/**
 * How the client reaches a server: an interface of one WebSocket, and the default that uses the
 * JDK's.
 */
@NullMarked
package org.blindbook.client.transport;

import org.jspecify.annotations.NullMarked;
