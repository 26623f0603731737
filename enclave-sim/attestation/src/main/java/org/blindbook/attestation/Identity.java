package org.blindbook.attestation;

/**
 * Which enclave the evidence is of.
 *
 * @param mrEnclave the measurement, 32 bytes, lower-case hexadecimal
 * @param mrSigner the signer, 32 bytes, lower-case hexadecimal
 * @param attributes 16 bytes, lower-case hexadecimal
 */
public record Identity(
    String mrEnclave, String mrSigner, int isvProdId, int isvSvn, String attributes) {}
