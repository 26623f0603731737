/**
 * The prime-order group ristretto255 (RFC 9496) and its scalars. Built on the field arithmetic of
 * Bouncy Castle ({@code X25519Field}: straight-line code on ten limbs) and on nothing else.
 *
 * <p>Code here may work on secrets: it has no branch and no memory address that depends on a
 * coordinate or a scalar, except where a name begins with {@code vartime}. Objects hold scratch
 * space and belong to one thread each.
 */
@NullMarked
package org.blindbook.protocol.oprf.ristretto;

import org.jspecify.annotations.NullMarked;
