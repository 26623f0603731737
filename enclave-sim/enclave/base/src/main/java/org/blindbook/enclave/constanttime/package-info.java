/** Arithmetic instead of branches: what code on secrets is made of. */
@NullMarked
package org.blindbook.enclave.constanttime;

import org.jspecify.annotations.NullMarked;
