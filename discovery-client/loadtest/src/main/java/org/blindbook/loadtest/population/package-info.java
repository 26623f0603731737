/** Who exists in a load test: made-up users, their accounts, and whom their clients look for. */
@NullMarked
package org.blindbook.loadtest.population;

import org.jspecify.annotations.NullMarked;
