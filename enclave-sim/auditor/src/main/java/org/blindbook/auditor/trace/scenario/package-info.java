/**
 * What is done to an enclave under trace: its hardware, its clients, its host, and the families of
 * inputs. Compiled against the protocol only; loaded next to the traced enclave, whose class {@code
 * Enclave} is found by name.
 */
@NullMarked
package org.blindbook.auditor.trace.scenario;

import org.jspecify.annotations.NullMarked;
