/** Counts and times of a run. */
@NullMarked
package org.blindbook.loadtest.measurement;

import org.jspecify.annotations.NullMarked;
