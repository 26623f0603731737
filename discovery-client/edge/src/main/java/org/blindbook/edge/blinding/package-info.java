/**
 * The client's and the loader's side of the function of blinded mode (RFC 9497, mode VOPRF,
 * ristretto255-SHA512): inputs are blinded ({@link org.blindbook.edge.blinding.Blinding}), the
 * evaluator's proof is verified against the key that is pinned ({@link
 * org.blindbook.edge.blinding.PublicKey}), and only then is anything unblinded. The evaluator's
 * side is {@code org.blindbook.protocol.oprf}; the group is the one it uses.
 *
 * <p>Code here works on secrets: no branch and no address depends on an input's bytes, a blind or a
 * coordinate, except where a name begins with {@code vartime}. See {@code docs/blinded-mode.md} and
 * {@code docs/decisions/1116-blinding-with-fixed-bases.md}.
 */
@NullMarked
package org.blindbook.edge.blinding;

import org.jspecify.annotations.NullMarked;
