/** Brings the code that works on secrets into compiled form, and notices when it leaves it. */
@NullMarked
package org.blindbook.enclave.warmup;

import org.jspecify.annotations.NullMarked;
