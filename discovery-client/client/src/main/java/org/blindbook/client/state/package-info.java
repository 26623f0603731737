/** Where the client keeps what it has paid for. */
@NullMarked
package org.blindbook.client.state;

import org.jspecify.annotations.NullMarked;
