/** What the databases of a host have in common. */
@NullMarked
package org.blindbook.server.sql;

import org.jspecify.annotations.NullMarked;
