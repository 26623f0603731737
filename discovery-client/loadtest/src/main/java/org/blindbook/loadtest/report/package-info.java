/** A run for people and for machines. */
@NullMarked
package org.blindbook.loadtest.report;

import org.jspecify.annotations.NullMarked;
