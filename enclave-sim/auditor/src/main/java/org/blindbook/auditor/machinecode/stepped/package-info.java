/**
 * What runs in the process under test: the shipped enclave's kernels, warmed up and called on
 * inputs of one public shape between two markers. Reaches the enclave by reflection, because the
 * auditor is not built against it.
 */
@NullMarked
package org.blindbook.auditor.machinecode.stepped;

import org.jspecify.annotations.NullMarked;
