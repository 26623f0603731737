package org.blindbook.auditor;

import java.util.Optional;

/**
 * What is judged.
 *
 * @param quote a quote or report, in its vendor's format
 * @param collateral an encoded bundle
 * @param claims the bytes that the quote should bind, when they came with it
 * @param nonce what this auditor asked the enclave to put into its claims
 * @param settings the deployment settings as the host shows them, unproven
 */
record Evidence(
    byte[] quote,
    byte[] collateral,
    Optional<byte[]> claims,
    Optional<byte[]> nonce,
    Optional<byte[]> settings) {}
