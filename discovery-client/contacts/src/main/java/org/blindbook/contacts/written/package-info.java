/**
 * What people write into a phone or e-mail field, read as identifiers. The rules are written in
 * {@code docs/address-books.md}; the canonical form of everything is that of {@link
 * org.blindbook.edge.identifier}.
 */
@NullMarked
package org.blindbook.contacts.written;

import org.jspecify.annotations.NullMarked;
