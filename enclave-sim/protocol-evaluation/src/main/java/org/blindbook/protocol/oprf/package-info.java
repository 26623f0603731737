/**
 * The verifiable oblivious pseudorandom function of RFC 9497, ciphersuite ristretto255-SHA512, as
 * the holder of the key runs it: it evaluates elements without knowing what was blinded ({@link
 * org.blindbook.protocol.oprf.Evaluator}) and proves that it used the key it is known by. The
 * client's side is outside the enclave, in {@code org.blindbook.edge.blinding}, and shares the
 * hashes with this one. See {@code docs/blinded-mode.md}.
 */
@NullMarked
package org.blindbook.protocol.oprf;

import org.jspecify.annotations.NullMarked;
