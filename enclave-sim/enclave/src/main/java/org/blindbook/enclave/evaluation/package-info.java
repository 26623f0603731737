/** The evaluator of a blinded deployment: its key, and who is evaluated when. */
@NullMarked
package org.blindbook.enclave.evaluation;

import org.jspecify.annotations.NullMarked;
