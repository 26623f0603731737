/** The endpoints: discovery over WebSocket, offers, health. */
@NullMarked
package org.blindbook.server.http;

import org.jspecify.annotations.NullMarked;
