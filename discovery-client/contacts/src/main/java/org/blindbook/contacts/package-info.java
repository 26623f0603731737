/**
 * Address books as phones and mail services export them: vCard, tables, LDIF, JSContact, jCard,
 * Telegram's or Signal's export, or one contact a line. Whatever cannot be read is listed with its
 * line and a reason and never stops the rest. How each source is read is written in {@code
 * docs/address-books.md}.
 */
@NullMarked
package org.blindbook.contacts;

import org.jspecify.annotations.NullMarked;
