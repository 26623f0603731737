/** Memory goes back to the machine when it is not needed any more. */
@NullMarked
package org.blindbook.enclave.memory;

import org.jspecify.annotations.NullMarked;
