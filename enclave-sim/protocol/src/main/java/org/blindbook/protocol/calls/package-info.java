/** The one interface between the untrusted host and the enclave. */
@NullMarked
package org.blindbook.protocol.calls;

import org.jspecify.annotations.NullMarked;
