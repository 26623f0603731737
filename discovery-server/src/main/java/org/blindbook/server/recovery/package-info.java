/** Copies of a data directory, and how it is put back to one. */
@NullMarked
package org.blindbook.server.recovery;

import org.jspecify.annotations.NullMarked;
