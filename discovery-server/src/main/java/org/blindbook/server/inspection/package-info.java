/** Whether a data directory or a backup is what a server can be started with. */
@NullMarked
package org.blindbook.server.inspection;

import org.jspecify.annotations.NullMarked;
