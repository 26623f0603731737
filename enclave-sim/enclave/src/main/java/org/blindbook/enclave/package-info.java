/**
 * The trusted program. Everything under this package is measured and must be read by an auditor; it
 * starts at {@code calls}, the only way in.
 */
@NullMarked
package org.blindbook.enclave;

import org.jspecify.annotations.NullMarked;
