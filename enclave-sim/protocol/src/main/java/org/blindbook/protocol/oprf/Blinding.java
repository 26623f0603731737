package org.blindbook.protocol.oprf;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.blindbook.protocol.oprf.Ciphersuite.Mode;
import org.blindbook.protocol.oprf.OprfException.Reason;
import org.blindbook.protocol.oprf.ristretto.BatchEncoding;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;
import org.blindbook.protocol.oprf.ristretto.Scalar;
import org.blindbook.protocol.oprf.ristretto.ScalarMultiplication;

/**
 * The client's side of one batch: blinds inputs, and turns the evaluator's answer into the
 * function's values. Every input has a blind of its own, so nobody can tell the elements that stand
 * for inputs from random ones, or two batches with the same inputs from others. For one thread.
 *
 * <p>A blind is held as half of what the RFC calls blind, because elements are encoded as doubles.
 */
public final class Blinding {
  private final Ciphersuite suite;
  private final ScalarMultiplication multiplication = new ScalarMultiplication();
  private final BatchEncoding encoding = new BatchEncoding();
  private final List<byte[]> inputs;
  private final Scalar[] halfBlinds;
  private final byte[] elements;
  private boolean wiped;

  /**
   * Blinds inputs.
   *
   * @param inputs at most 65,535, each of at most 65,535 bytes
   * @param count of elements to send, at least one and as many as inputs; those that stand for no
   *     input come last and are made of the nonce
   * @param nonce of the request, which the evaluator gets inside the channel and nobody else
   * @throws OprfException when there are too many, or one is too long
   * @leaks count, and the number and the lengths of the inputs
   */
  public Blinding(List<byte[]> inputs, int count, byte[] nonce, SecureRandom random)
      throws OprfException {
    this(Mode.VOPRF, inputs, count, nonce, halfBlinds(inputs.size(), random));
  }

  private static Scalar[] halfBlinds(int inputs, SecureRandom random) {
    Scalar[] blinds = new Scalar[inputs];
    for (int i = 0; i < inputs; i++) {
      blinds[i] = Scalar.random(random);
    }
    return blinds;
  }

  Blinding(Mode mode, List<byte[]> inputs, int count, byte[] nonce, Scalar[] halfBlinds)
      throws OprfException {
    if (count < 1 || count > ElementList.MAX || inputs.size() > count) {
      throw new OprfException(Reason.COUNT);
    }
    this.suite = new Ciphersuite(mode);
    this.inputs = List.copyOf(inputs);
    this.halfBlinds = halfBlinds;
    List<Element> halves = new ArrayList<>(inputs.size());
    for (int i = 0; i < inputs.size(); i++) {
      Element element = new Element();
      hashToGroup(inputs.get(i), element);
      multiplication.multiply(halfBlinds[i], element, element);
      halves.add(element);
    }
    this.elements = Arrays.copyOf(encoding.encodeDoubles(halves), count * Encoding.BYTES);
    new Padding(nonce).write(elements, inputs.size());
    for (Element half : halves) {
      half.wipe();
    }
  }

  private void hashToGroup(byte[] input, Element out) throws OprfException {
    if (input.length > Ciphersuite.MAX_INPUT_BYTES) {
      throw new OprfException(Reason.INPUT);
    }
    suite.hashToGroup(input, out);
  }

  /** The blinded elements, 32 bytes each; a new array. */
  public byte[] elements() {
    return elements.clone();
  }

  /**
   * Finalize for the batch, once the proof is verified.
   *
   * @param key that the client expects the evaluator to use
   * @param evaluated as many elements as were sent
   * @param proof {@value Evaluation#PROOF_BYTES} bytes
   * @return the function's values for the inputs, in their order, 64 bytes each
   * @throws OprfException when the answer is not an evaluation of these elements with this key
   * @leaks how many, the lengths of the inputs, and whether the answer is accepted
   */
  public List<byte[]> finish(PublicKey key, byte[] evaluated, byte[] proof) throws OprfException {
    ElementList sent = ElementList.decode(elements);
    ElementList received = received(evaluated);
    if (!new DleqProof().vartimeVerify(key, sent, received, proof)) {
      throw new OprfException(Reason.PROOF);
    }
    return unblind(received);
  }

  private ElementList received(byte[] evaluated) throws OprfException {
    if (evaluated.length != elements.length) {
      throw new OprfException(Reason.COUNT);
    }
    return ElementList.decode(evaluated.clone());
  }

  /** Finalize of mode OPRF: believes whatever the evaluator sent. */
  List<byte[]> finishUnverified(byte[] evaluated) throws OprfException {
    return unblind(received(evaluated));
  }

  private List<byte[]> unblind(ElementList evaluated) {
    if (wiped) {
      throw new IllegalStateException("the blinds are wiped");
    }
    // The blind is 2h, and doubles are encoded: multiply by half of 1/(2h).
    Scalar[] inverses = Scalar.inverses(halfBlinds);
    List<Element> halves = new ArrayList<>(inverses.length);
    for (int i = 0; i < inverses.length; i++) {
      Element element = evaluated.elements().get(i);
      Scalar factor = inverses[i].half().half();
      multiplication.multiply(factor, element, element);
      factor.wipe();
      inverses[i].wipe();
      halves.add(element);
    }
    byte[] encoded = encoding.encodeDoubles(halves);
    List<byte[]> outputs = new ArrayList<>(inverses.length);
    for (int i = 0; i < inverses.length; i++) {
      outputs.add(suite.finish(inputs.get(i), encoded, i * Encoding.BYTES));
      halves.get(i).wipe();
    }
    Arrays.fill(encoded, (byte) 0);
    return outputs;
  }

  /** Overwrites the blinds, after which there is no finishing. The inputs are the caller's. */
  public void wipe() {
    wiped = true;
    for (Scalar blind : halfBlinds) {
      blind.wipe();
    }
  }

  @Override
  public String toString() {
    return "Blinding[hidden]";
  }
}
