/** The table as it leaves the enclave, encrypted to itself. */
@NullMarked
package org.blindbook.enclave.snapshot;

import org.jspecify.annotations.NullMarked;
