package org.blindbook.attestation;

/**
 * One thing that is wrong.
 *
 * @param text a plain sentence without a full stop
 */
public record Finding(Step step, Fault fault, String text) {}
