package org.blindbook.protocol.oprf;

import java.security.SecureRandom;

/** Blinded elements, evaluated: what an evaluator answers. */
public final class Evaluation {
  private final EvaluatorKey key;
  private final DleqProof proof;
  private final ElementList blinded;
  private final byte[] evaluated;

  Evaluation(EvaluatorKey key, DleqProof proof, ElementList blinded, byte[] evaluated) {
    this.key = key;
    this.proof = proof;
    this.blinded = blinded;
    this.evaluated = evaluated;
  }

  /**
   * The evaluated elements in the order of the blinded ones, 32 bytes each; a new array.
   *
   * @leaks nothing
   */
  public byte[] elements() {
    return evaluated.clone();
  }

  /**
   * The proof that the key was used, 64 bytes.
   *
   * @leaks the elements, which are public; nothing of the key
   */
  public byte[] prove(SecureRandom random) {
    return proof.generate(key, blinded, evaluated, random);
  }
}
