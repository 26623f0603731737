/** {@code blindbook bench}: measures, for the operator, what this machine can carry. */
@NullMarked
package org.blindbook.bench;

import org.jspecify.annotations.NullMarked;
