/** What bounds a client: its account's ledger, and how many sessions there are at once. */
@NullMarked
package org.blindbook.server.limits;

import org.jspecify.annotations.NullMarked;
