/**
 * Watches the enclave's compiled code step by step: the same call on different secrets must execute
 * the same instructions and touch the same addresses. Linux on x86-64 only.
 */
@NullMarked
package org.blindbook.auditor.machinecode;

import org.jspecify.annotations.NullMarked;
