/** When clients arrive. Fixed before the first one does. */
@NullMarked
package org.blindbook.loadtest.schedule;

import org.jspecify.annotations.NullMarked;
