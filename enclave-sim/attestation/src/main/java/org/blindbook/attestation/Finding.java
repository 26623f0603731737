package org.blindbook.attestation;

/**
 * One thing that is wrong.
 *
 * @param text a plain sentence without a full stop
 * @param ofTime whether it would not have been found at another time: then the clock that gave the
 *     time may be wrong
 */
public record Finding(Step step, Fault fault, String text, boolean ofTime) {}
