/**
 * Times the enclave's compiled table on batches that differ in secrets only. Statistics can show a
 * difference, not its absence: this check stands beside the one that steps through machine code.
 */
@NullMarked
package org.blindbook.auditor.timing;

import org.jspecify.annotations.NullMarked;
