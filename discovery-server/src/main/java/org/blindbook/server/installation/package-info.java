/** What one installation keeps on disk: its directory, its choices, its keys, its locks. */
@NullMarked
package org.blindbook.server.installation;

import org.jspecify.annotations.NullMarked;
