/** What the enclave asks of its hardware, and the private pipe it asks through. */
@NullMarked
package org.blindbook.protocol.hardware;

import org.jspecify.annotations.NullMarked;
