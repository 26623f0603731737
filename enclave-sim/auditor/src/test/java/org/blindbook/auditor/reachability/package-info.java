/** What of an enclave's image its process can reach from its main class. */
@NullMarked
package org.blindbook.auditor.reachability;

import org.jspecify.annotations.NullMarked;
