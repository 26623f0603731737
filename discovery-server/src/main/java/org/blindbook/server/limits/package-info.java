/** What bounds a client: the work it may have done, and how long it waits when refused. */
@NullMarked
package org.blindbook.server.limits;

import org.jspecify.annotations.NullMarked;
