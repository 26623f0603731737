/**
 * Times a whole service, from outside, as its host and its clients see it: how long answers take,
 * and how long the enclave works, between classes of sessions that differ in secrets only. Beside
 * the check that times the table alone, this one sees sockets, sessions, permits, tokens and
 * proofs, and all the noise of real processes.
 */
@NullMarked
package org.blindbook.auditor.timing.service;

import org.jspecify.annotations.NullMarked;
