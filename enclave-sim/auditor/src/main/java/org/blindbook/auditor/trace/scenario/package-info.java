/**
 * What is done to an enclave under trace: its hardware, its clients, its host, and the families of
 * inputs. Compiled against the protocol and the edge only; loaded next to the traced enclave, whose
 * class is found by name. What belongs to one program runs on that program's image, which holds
 * nothing of the other's.
 */
@NullMarked
package org.blindbook.auditor.trace.scenario;

import org.jspecify.annotations.NullMarked;
