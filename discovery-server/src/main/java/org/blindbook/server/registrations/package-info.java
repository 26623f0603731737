/**
 * Who is registered: the store that operators write and servers follow, and loading it from a file.
 */
@NullMarked
package org.blindbook.server.registrations;

import org.jspecify.annotations.NullMarked;
