/**
 * What the host keeps of accounts: small records that are changed by compare-and-set and outlive
 * every process.
 */
@NullMarked
package org.blindbook.server.ledgers;

import org.jspecify.annotations.NullMarked;
