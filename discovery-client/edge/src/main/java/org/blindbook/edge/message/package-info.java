/**
 * The outer half of every message between client and enclave: what goes in is written here, what
 * comes out is read here. The layouts are the protocol's, see the class that each one names.
 */
@NullMarked
package org.blindbook.edge.message;

import org.jspecify.annotations.NullMarked;
