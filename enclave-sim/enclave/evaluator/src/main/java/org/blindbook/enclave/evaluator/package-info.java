/**
 * The evaluator enclave's program: start at {@code EvaluatorEnclave}, which is the host's only way
 * in.
 */
@NullMarked
package org.blindbook.enclave.evaluator;

import org.jspecify.annotations.NullMarked;
