/**
 * Byte layouts of evidence and of what endorses it, as the vendors publish them. Every parser is
 * total: any byte string gives a value or a {@link MalformedEvidenceException}, within memory
 * bounded by the input. Nothing here judges.
 */
@NullMarked
package org.blindbook.attestation.format;

import org.jspecify.annotations.NullMarked;
