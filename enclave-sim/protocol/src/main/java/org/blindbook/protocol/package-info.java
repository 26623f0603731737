/**
 * What crosses the border of any enclave, as the enclave runs it: its calls, its hardware, the
 * channel and the messages that both roles share. The other halves (clients', hosts' and the
 * platform's) live with them, outside the trust line.
 */
@NullMarked
package org.blindbook.protocol;

import org.jspecify.annotations.NullMarked;
