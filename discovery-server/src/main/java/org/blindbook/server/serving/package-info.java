/** The running server: its configuration, and the one place where its parts meet. */
@NullMarked
package org.blindbook.server.serving;

import org.jspecify.annotations.NullMarked;
