package org.blindbook.protocol.oprf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.blindbook.protocol.oprf.Ciphersuite.Mode;
import org.blindbook.protocol.oprf.OprfException.Reason;
import org.blindbook.protocol.oprf.ristretto.BatchEncoding;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;
import org.blindbook.protocol.oprf.ristretto.ScalarMultiplication;

/**
 * Computes the function with its key. For one thread: make one for each.
 *
 * <p>Products are taken with half the key and encoded as doubles, which needs one inversion for a
 * batch where each encoding would need a square root.
 */
public final class Evaluator {
  /** Length of the function's value. */
  public static final int OUTPUT_BYTES = 64;

  private final EvaluatorKey key;
  private final Ciphersuite suite;
  private final DleqProof proof = new DleqProof();
  private final ScalarMultiplication multiplication = new ScalarMultiplication();
  private final BatchEncoding encoding = new BatchEncoding();

  /**
   * @param key stays the caller's, who wipes it
   */
  public Evaluator(EvaluatorKey key) {
    this(Mode.VOPRF, key);
  }

  Evaluator(Mode mode, EvaluatorKey key) {
    this.key = key;
    this.suite = new Ciphersuite(mode);
  }

  /**
   * BlindEvaluate for a batch.
   *
   * @param blinded 1 to 65,535 elements, 32 bytes each
   * @throws OprfException when their number is wrong, or one is not an element or is the identity
   * @leaks how many, and whether all are valid
   */
  public Evaluation evaluate(byte[] blinded) throws OprfException {
    return evaluate(ElementList.decode(blinded.clone()));
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
    return evaluate(padded(blinded, count, nonce));
  }

  /**
   * Whether {@link #evaluate(byte[], int, byte[])} would take the elements; costs a tenth of it.
   *
   * @throws OprfException as that
   */
  public static void check(byte[] blinded, int count, byte[] nonce) throws OprfException {
    padded(blinded, count, nonce);
  }

  private static ElementList padded(byte[] blinded, int count, byte[] nonce) throws OprfException {
    byte[] padded = blinded.clone();
    new Padding(nonce).write(padded, count);
    return ElementList.decode(padded);
  }

  private Evaluation evaluate(ElementList list) {
    List<Element> halves = new ArrayList<>(list.size());
    for (Element element : list.elements()) {
      halves.add(timesHalfTheKey(element, new Element()));
    }
    return new Evaluation(key, proof, list, encoding.encodeDoubles(halves));
  }

  /**
   * The function's values, {@value #OUTPUT_BYTES} bytes each, for inputs in clear.
   *
   * @throws OprfException when an input is longer than 65,535 bytes
   * @leaks how many inputs, and their lengths
   */
  public List<byte[]> outputs(List<byte[]> inputs) throws OprfException {
    List<Element> halves = new ArrayList<>(inputs.size());
    for (byte[] input : inputs) {
      if (input.length > Ciphersuite.MAX_INPUT_BYTES) {
        throw new OprfException(Reason.INPUT);
      }
      Element element = new Element();
      suite.hashToGroup(input, element);
      halves.add(timesHalfTheKey(element, element));
    }
    byte[] evaluated = encoding.encodeDoubles(halves);
    List<byte[]> outputs = new ArrayList<>(inputs.size());
    for (int i = 0; i < halves.size(); i++) {
      outputs.add(suite.finish(inputs.get(i), evaluated, i * Encoding.BYTES));
      halves.get(i).wipe();
    }
    Arrays.fill(evaluated, (byte) 0);
    return outputs;
  }

  private Element timesHalfTheKey(Element element, Element out) {
    multiplication.multiply(key.half(), element, out);
    return out;
  }
}
