/** What clients' work costs, and how much of it is accepted. */
@NullMarked
package org.blindbook.server.admission;

import org.jspecify.annotations.NullMarked;
