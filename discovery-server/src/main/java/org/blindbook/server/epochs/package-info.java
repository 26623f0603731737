/**
 * The epochs that this host serves: its enclaves, a store and a snapshot for each, which of them a
 * client gets, and how one takes the place of another without anybody seeing a gap.
 */
@NullMarked
package org.blindbook.server.epochs;

import org.jspecify.annotations.NullMarked;
