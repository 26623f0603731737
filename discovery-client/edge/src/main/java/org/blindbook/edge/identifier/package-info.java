/**
 * Identifiers of people in one canonical form, and the lookup keys made from them. Loader and
 * client share this code, because a contact is found only when both sides write it the same way.
 * The rules are in {@code docs/identifiers.md}, with vectors.
 */
@NullMarked
package org.blindbook.edge.identifier;

import org.jspecify.annotations.NullMarked;
