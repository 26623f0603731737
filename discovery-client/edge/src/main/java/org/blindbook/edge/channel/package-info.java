/** The client's end of the channel. */
@NullMarked
package org.blindbook.edge.channel;

import org.jspecify.annotations.NullMarked;
