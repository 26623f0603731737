/** Clients that arrive, ask, are answered or refused, and perhaps come back. */
@NullMarked
package org.blindbook.loadtest.driver;

import org.jspecify.annotations.NullMarked;
