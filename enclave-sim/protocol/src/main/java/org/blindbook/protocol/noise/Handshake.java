package org.blindbook.protocol.noise;

import org.blindbook.protocol.Aead;

/**
 * What both sides of the handshake agree on: pattern NK with the tokens e1 and ekem1 of the hybrid
 * forward secrecy extension. Two messages of {@value #MESSAGE_BYTES} bytes, without payloads.
 *
 * <pre>
 *   &lt;- s
 *   ...
 *   -&gt; e, es, e1
 *   &lt;- e, ee, ekem1
 * </pre>
 */
public final class Handshake {
  public static final String PROTOCOL_NAME = "Noise_NKhfs_25519+MLKEM1024_ChaChaPoly_SHA256";

  /** An X25519 key or secret. */
  public static final int DH_BYTES = 32;

  /** An encapsulation key of ML-KEM-1024, and likewise a ciphertext. */
  public static final int KEM_BYTES = 1568;

  public static final int TAG_BYTES = Aead.TAG_BYTES;

  /** Length of both messages: a key; a KEM key or ciphertext; the tags of it and of nothing. */
  public static final int MESSAGE_BYTES = DH_BYTES + KEM_BYTES + 2 * TAG_BYTES;

  private Handshake() {}
}
