/** What the host's SQLite files have in common. */
@NullMarked
package org.blindbook.server.sqlite;

import org.jspecify.annotations.NullMarked;
