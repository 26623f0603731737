/** Which source lines of an enclave ran under trace, and the review of those that did not. */
@NullMarked
package org.blindbook.auditor.trace.coverage;

import org.jspecify.annotations.NullMarked;
