/** What a deployment may choose for its enclaves. */
@NullMarked
package org.blindbook.enclave.settings;

import org.jspecify.annotations.NullMarked;
