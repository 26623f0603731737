/**
 * The end-to-end channel: Noise NKhfs_25519+MLKEM1024_ChaChaPoly_SHA256 (Noise revision 34 with the
 * hybrid forward secrecy extension). The client knows the enclave's static key from the attested
 * claims; the host relays ciphertext.
 */
@NullMarked
package org.blindbook.protocol.noise;

import org.jspecify.annotations.NullMarked;
