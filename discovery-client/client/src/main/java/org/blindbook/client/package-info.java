/**
 * The client a messenger app embeds: address book in, registered contacts out. Start at {@link
 * org.blindbook.client.DiscoveryClient}.
 */
@NullMarked
package org.blindbook.client;

import org.jspecify.annotations.NullMarked;
