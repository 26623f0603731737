/** What runs in the process that is timed: batches prepared, then measured in random order. */
@NullMarked
package org.blindbook.auditor.timing.target;

import org.jspecify.annotations.NullMarked;
