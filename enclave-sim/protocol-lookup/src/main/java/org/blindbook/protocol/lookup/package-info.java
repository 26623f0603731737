/** What crosses the border of the lookup enclave besides what every enclave shares. */
@NullMarked
package org.blindbook.protocol.lookup;

import org.jspecify.annotations.NullMarked;
