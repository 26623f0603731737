/**
 * The obliviousness check: runs the shipped enclave on inputs of one public shape and compares
 * everything that somebody who watches its memory and its branches would see.
 *
 * <p>Start at {@link org.blindbook.auditor.trace.ObliviousnessCheck}; {@code
 * docs/obliviousness-check.md} says what it covers and what it does not.
 */
@NullMarked
package org.blindbook.auditor.trace;

import org.jspecify.annotations.NullMarked;
