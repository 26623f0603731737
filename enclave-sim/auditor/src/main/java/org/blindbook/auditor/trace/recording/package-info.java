/**
 * What instrumented code reports while it runs: the trace of one run as a hash, with enough kept to
 * find the first difference between two.
 */
@NullMarked
package org.blindbook.auditor.trace.recording;

import org.jspecify.annotations.NullMarked;
