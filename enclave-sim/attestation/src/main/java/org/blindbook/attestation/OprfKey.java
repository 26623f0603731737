package org.blindbook.attestation;

/**
 * The key of an evaluator of blinded lookup keys.
 *
 * @param epoch of the key, from 1
 * @param publicKey ristretto255, 32 bytes, lower-case hexadecimal
 */
public record OprfKey(int epoch, String publicKey) {}
