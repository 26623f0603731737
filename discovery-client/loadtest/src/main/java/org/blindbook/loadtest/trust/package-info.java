/** What a client shows to the server, and what it demands of it. */
@NullMarked
package org.blindbook.loadtest.trust;

import org.jspecify.annotations.NullMarked;
