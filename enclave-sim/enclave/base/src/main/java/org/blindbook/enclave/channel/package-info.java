/** The enclave's end of the channel: its static key, and the responder's half of the handshake. */
@NullMarked
package org.blindbook.enclave.channel;

import org.jspecify.annotations.NullMarked;
