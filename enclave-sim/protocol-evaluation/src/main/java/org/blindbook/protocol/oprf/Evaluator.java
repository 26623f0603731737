package org.blindbook.protocol.oprf;

import java.util.ArrayList;
import java.util.List;
import org.blindbook.protocol.oprf.ristretto.BatchEncoding;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.ScalarMultiplication;

/**
 * Computes the function with its key. For one thread: make one for each.
 *
 * <p>Products are taken with half the key and encoded as doubles, which needs one inversion for a
 * batch where each encoding would need a square root.
 */
public final class Evaluator {
  private final EvaluatorKey key;
  private final DleqProof proof = new DleqProof();
  private final ScalarMultiplication multiplication = new ScalarMultiplication();
  private final BatchEncoding encoding = new BatchEncoding();

  /**
   * An evaluator with this key.
   *
   * @leaks nothing
   */
  public Evaluator(EvaluatorKey key) {
    this.key = key;
  }

  /**
   * BlindEvaluate for a padded batch. What follows the first {@code count} elements is evaluated as
   * the padding of the nonce, whatever it is: who sent something else there learns nothing from it.
   *
   * @param blinded 1 to 65,535 elements, 32 bytes each
   * @param count of the elements that are paid for
   * @param nonce of the request
   * @throws OprfException when the number of elements is wrong, or one of the first {@code count}
   *     is not an element or is the identity
   * @leaks how many elements, and whether they are valid; not the count
   */
  public Evaluation evaluate(byte[] blinded, int count, byte[] nonce) throws OprfException {
    ElementList list = padded(blinded, count, nonce);
    List<Element> halves = new ArrayList<>(list.elements().size());
    for (Element element : list.elements()) {
      Element half = new Element();
      multiplication.multiply(key.half(), element, half);
      halves.add(half);
    }
    return new Evaluation(key, proof, list, encoding.encodeDoubles(halves));
  }

  /**
   * Whether {@link #evaluate} would take the elements; costs a tenth of it.
   *
   * @throws OprfException as that
   * @leaks as that
   */
  public static void check(byte[] blinded, int count, byte[] nonce) throws OprfException {
    padded(blinded, count, nonce);
  }

  private static ElementList padded(byte[] blinded, int count, byte[] nonce) throws OprfException {
    byte[] padded = blinded.clone();
    new Padding(nonce).write(padded, count);
    return ElementList.decode(padded);
  }
}
