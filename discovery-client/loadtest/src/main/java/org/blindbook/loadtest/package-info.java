/** {@code blindbook loadtest}: many clients at once, on a schedule that waits for nobody. */
@NullMarked
package org.blindbook.loadtest;

import org.jspecify.annotations.NullMarked;
