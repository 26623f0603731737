/** How files of the data directory come into being: whole or not at all, for their owner only. */
@NullMarked
package org.blindbook.server.files;

import org.jspecify.annotations.NullMarked;
