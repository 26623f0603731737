/**
 * The oblivious table: 128-bit keys to 128-bit values, looked up and changed in batches, where no
 * memory address and no branch depends on a key, a value, or whether one is present.
 *
 * <p>Start reading at {@link org.blindbook.enclave.table.ObliviousTable}, then {@code LookupPass},
 * {@code Routing} and {@code UpdatePass}. The derivation of all sizes is in {@code
 * docs/oblivious-table.md}.
 */
@NullMarked
package org.blindbook.enclave.table;

import org.jspecify.annotations.NullMarked;
