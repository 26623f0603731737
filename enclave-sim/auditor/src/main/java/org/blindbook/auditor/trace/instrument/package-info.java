/**
 * Rewrites classes so that every instruction whose memory access or control flow a value decides
 * reports that value first, and loads them.
 */
@NullMarked
package org.blindbook.auditor.trace.instrument;

import org.jspecify.annotations.NullMarked;
