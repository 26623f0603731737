/** What runs in the process that is timed: batches prepared, then measured in random order. */
@NullMarked
package org.blindbook.auditor.timing.timed;

import org.jspecify.annotations.NullMarked;
