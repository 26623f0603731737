/**
 * The several numbers that one telephone subscriber had over the years, because numbering plans
 * change and address books do not. Loader and client share it: the loader registers people under
 * today's number, and the client looks up every number under which they may be registered. The
 * rules are in {@code docs/identifiers.md}, with vectors.
 */
@NullMarked
package org.blindbook.edge.numbering;

import org.jspecify.annotations.NullMarked;
