/** Short-lived credentials that a messenger's backend mints for its users. */
@NullMarked
package org.blindbook.server.auth;

import org.jspecify.annotations.NullMarked;
