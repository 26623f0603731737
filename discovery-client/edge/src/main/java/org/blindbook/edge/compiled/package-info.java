/** What code enclaves run as compiled, and which of it somebody has stepped through. */
@NullMarked
package org.blindbook.edge.compiled;

import org.jspecify.annotations.NullMarked;
