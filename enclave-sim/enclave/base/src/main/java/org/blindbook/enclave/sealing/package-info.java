/** Keys and data that leave the enclave only encrypted to itself. */
@NullMarked
package org.blindbook.enclave.sealing;

import org.jspecify.annotations.NullMarked;
