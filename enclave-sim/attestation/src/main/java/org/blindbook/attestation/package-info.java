/**
 * Judges evidence of an enclave. {@link org.blindbook.attestation.Verifier} asks whether it is
 * authentic, {@link org.blindbook.attestation.AppraisalPolicy} says what is acceptable, {@link
 * org.blindbook.attestation.Verdict} holds both answers. No network, no keys, no clock: documents,
 * trust anchors and the instant are passed in.
 */
@NullMarked
package org.blindbook.attestation;

import org.jspecify.annotations.NullMarked;
