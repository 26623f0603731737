/**
 * The simulated hardware. Takes the place of a processor with SGX and of its quoting enclave:
 * measures an enclave image, launches it, vouches for it with quotes and derives its sealing keys.
 * It gives no hardware guarantee: whoever runs the machine can read all it holds.
 */
@NullMarked
package org.blindbook.platform;

import org.jspecify.annotations.NullMarked;
