/**
 * Computing on secrets without telling by it: masks, a keyed permutation and routing networks.
 *
 * <p>Every memory address, branch, loop bound and allocation in this package depends on public
 * sizes only. Code on secrets is built from {@link org.blindbook.enclave.constanttime.Masks}.
 */
@NullMarked
package org.blindbook.enclave.oblivious;

import org.jspecify.annotations.NullMarked;
