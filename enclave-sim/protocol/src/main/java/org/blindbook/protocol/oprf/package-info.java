/**
 * The verifiable oblivious pseudorandom function of RFC 9497, ciphersuite ristretto255-SHA512: the
 * client blinds its inputs ({@link org.blindbook.protocol.oprf.Blinding}), the holder of the key
 * evaluates them without seeing them ({@link org.blindbook.protocol.oprf.Evaluator}) and proves
 * that it used the key it is known by. See {@code docs/blinded-mode.md}.
 */
@NullMarked
package org.blindbook.protocol.oprf;

import org.jspecify.annotations.NullMarked;
