/** The operator's commands, and the directory they share. Untrusted: nothing here sees a query. */
@NullMarked
package org.blindbook.server;

import org.jspecify.annotations.NullMarked;
