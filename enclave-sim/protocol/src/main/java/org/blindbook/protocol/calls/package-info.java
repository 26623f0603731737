/** The one interface between the untrusted host and any enclave, as the enclave runs it. */
@NullMarked
package org.blindbook.protocol.calls;

import org.jspecify.annotations.NullMarked;
