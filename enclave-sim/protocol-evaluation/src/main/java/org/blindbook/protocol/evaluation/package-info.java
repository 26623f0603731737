/** What crosses the border of the evaluator enclave besides what every enclave shares. */
@NullMarked
package org.blindbook.protocol.evaluation;

import org.jspecify.annotations.NullMarked;
