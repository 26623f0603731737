/** What is compared: sessions of two classes, for each kind of enclave. */
@NullMarked
package org.blindbook.auditor.timing.service.contests;

import org.jspecify.annotations.NullMarked;
