/** What an operator's probes and dashboards ask for: counts, never contents. */
@NullMarked
package org.blindbook.server.health;

import org.jspecify.annotations.NullMarked;
