/** Measures the enclave's image, and builds it again from source to compare. */
@NullMarked
package org.blindbook.auditor.image;

import org.jspecify.annotations.NullMarked;
