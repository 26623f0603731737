package org.blindbook.edge.blinding;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.blindbook.protocol.oprf.ElementList;
import org.blindbook.protocol.oprf.OprfException;
import org.blindbook.protocol.oprf.OprfException.Reason;
import org.blindbook.protocol.oprf.Padding;
import org.blindbook.protocol.oprf.ristretto.BatchEncoding;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;
import org.blindbook.protocol.oprf.ristretto.Quotients;
import org.blindbook.protocol.oprf.ristretto.Scalar;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * The client's side of one batch: blinds inputs, and turns the evaluator's answer into the
 * function's values. Every input has a blind of its own, so nobody can tell the elements that stand
 * for inputs from random ones, or two batches with the same inputs from others. For one thread.
 *
 * <p>An input's element is blinded as B = H + r·G and its evaluation unblinded as k·B - r·K, with K
 * = k·G: products of two fixed elements, of which tables are made once. B is uniform whatever H is,
 * as r is. That unblinding is only right, and only safe, where K and the answer belong together:
 * whoever could choose K, or answer with something else than k·B, would get outputs out of a client
 * that depend on r and on H in a way of his choosing. So K is one that the caller has pinned, and
 * nothing is unblinded whose proof does not hold for it: only {@link ProvenElements} are. See
 * {@code docs/decisions/1116-blinding-with-fixed-bases.md}.
 *
 * <p>A blind is held as half of r, because r·G is computed as a double: see {@link Quotients}.
 */
public final class Blinding {
  private static final int MAX_INPUT_BYTES = 0xFFFF;
  private static final int BLINDS_PER_DRAW = 128;
  private static final byte[] NO_INPUT = {};

  private final HashToGroup hash;
  private final FixedBaseMultiplication multiplication = new FixedBaseMultiplication();
  private final BatchEncoding encoding = new BatchEncoding();
  private final QuarticPoint sum = new QuarticPoint();
  private final QuarticPoint blind = new QuarticPoint();
  private final Element product = new Element();
  private final int count;

  /** As many as elements; from {@link #count} on they stand for no input. */
  private final List<byte[]> inputs;

  private final Scalar[] halfBlinds;
  private final ElementList blinded;
  private final ElementList padding;
  private boolean wiped;

  /**
   * Blinds inputs.
   *
   * @param inputs at most 65,535, each of at most 65,535 bytes
   * @param count of elements to send, at least one and as many as inputs; those that stand for no
   *     input come last and are made of the nonce
   * @param nonce of the request, which the evaluator gets inside the channel and nobody else
   * @param random gives the blinds and nothing else; the same state gives the same elements
   * @throws OprfException when there are too many, or one is too long
   * @leaks count, and the lengths of the inputs; not their number: what stands for no input takes
   *     as long
   */
  public Blinding(List<byte[]> inputs, int count, byte[] nonce, SecureRandom random)
      throws OprfException {
    this(new HashToGroup(), inputs, count, nonce, random);
  }

  Blinding(HashToGroup hash, List<byte[]> inputs, int count, byte[] nonce, SecureRandom random)
      throws OprfException {
    if (count < 1 || count > ElementList.MAX || inputs.size() > count) {
      throw new OprfException(Reason.COUNT);
    }
    for (byte[] input : inputs) {
      if (input.length > MAX_INPUT_BYTES) {
        throw new OprfException(Reason.INPUT);
      }
    }
    this.hash = hash;
    this.count = inputs.size();
    this.inputs = new ArrayList<>(inputs);
    this.inputs.addAll(Collections.nCopies(count - inputs.size(), NO_INPUT));
    this.halfBlinds = halfBlinds(count, random);
    Padding ofNonce = new Padding(nonce);
    this.blinded = blind(ofNonce);
    this.padding = padding(ofNonce, count);
  }

  /** Uniform ones. Many are drawn at once: a DRBG renews its state for each draw. */
  private static Scalar[] halfBlinds(int count, SecureRandom random) {
    Scalar[] blinds = new Scalar[count];
    for (int i = 0; i < count; i += BLINDS_PER_DRAW) {
      byte[] drawn = new byte[Math.min(BLINDS_PER_DRAW, count - i) * Scalar.WIDE_BYTES];
      random.nextBytes(drawn);
      for (int at = 0; at < drawn.length; at += Scalar.WIDE_BYTES) {
        byte[] wide = Arrays.copyOfRange(drawn, at, at + Scalar.WIDE_BYTES);
        blinds[i + at / Scalar.WIDE_BYTES] = Scalar.reduce(wide);
        Arrays.fill(wide, (byte) 0);
      }
      Arrays.fill(drawn, (byte) 0);
    }
    return blinds;
  }

  private ElementList blind(Padding ofNonce) {
    FixedBaseTable generator = FixedBaseTable.generator();
    List<Quotients> sums = new ArrayList<>(inputs.size());
    List<Element> elements = new ArrayList<>(inputs.size());
    for (int i = 0; i < inputs.size(); i++) {
      hash.hash(inputs.get(i), sum);
      multiplication.multiply(halfBlinds[i], generator, product);
      blind.set(Quotients.ofDouble(product));
      sum.add(blind);
      Quotients point = sum.quotients();
      sums.add(point);
      elements.add(element(point));
    }
    AffinePoints.normalize(elements);
    byte[] encoded = encoding.encode(sums);
    ofNonce.write(encoded, count);
    Element last = lastOf(encoded); // padding is the same everywhere
    elements.subList(count, elements.size()).replaceAll(element -> last);
    wipeScratch();
    return new ElementList(encoded, elements);
  }

  private static ElementList padding(Padding ofNonce, int elements) {
    byte[] encoded = new byte[elements * Encoding.BYTES];
    ofNonce.write(encoded, 0);
    return new ElementList(encoded, Collections.nCopies(elements, lastOf(encoded)));
  }

  /** The point of quotients, as the proof's sums need it. */
  private static Element element(Quotients point) {
    Element element = new Element();
    X25519Field.mul(point.e, point.h, element.x);
    X25519Field.mul(point.g, point.f, element.y);
    X25519Field.mul(point.f, point.h, element.z);
    return element;
  }

  private static Element lastOf(byte[] encoded) {
    Element last = new Element();
    new Encoding().decode(encoded, encoded.length - Encoding.BYTES, last);
    return last;
  }

  /**
   * The blinded elements, 32 bytes each; a new array.
   *
   * @leaks nothing: they are sent
   */
  public byte[] elements() {
    return blinded.encoded().clone();
  }

  /**
   * Finalize for the batch, once the proof is verified.
   *
   * @param key that the client has pinned
   * @param evaluated as many elements as were sent
   * @param proof 64 bytes
   * @return the function's values for the inputs, in their order, 64 bytes each
   * @throws OprfException when the answer is not an evaluation of these elements with this key
   * @leaks how many elements, the lengths of the inputs, and whether the answer is accepted
   */
  public List<byte[]> finish(PublicKey key, byte[] evaluated, byte[] proof) throws OprfException {
    return unblind(prove(key, blinded, evaluated, proof));
  }

  /**
   * As much work as {@link #finish}, for a batch that was refused: the evaluator has evaluated
   * padding in place of every element.
   *
   * @throws OprfException when the answer is no evaluation of padding alone with this key
   * @leaks as {@link #finish}
   */
  public void finishRefused(PublicKey key, byte[] evaluated, byte[] proof) throws OprfException {
    unblind(prove(key, padding, evaluated, proof));
  }

  private ProvenElements prove(PublicKey key, ElementList sent, byte[] evaluated, byte[] proof)
      throws OprfException {
    if (wiped) {
      throw new IllegalStateException("the blinds are wiped");
    }
    return ProvenElements.vartimeVerify(key, sent, evaluated, proof);
  }

  private List<byte[]> unblind(ProvenElements proven) {
    FixedBaseTable table = proven.key().table();
    byte[] received = proven.evaluated().encoded();
    List<Quotients> differences = new ArrayList<>(inputs.size());
    for (int i = 0; i < inputs.size(); i++) {
      multiplication.multiply(halfBlinds[i], table, product);
      blind.set(Quotients.ofDouble(product));
      blind.negate();
      sum.set(received, i * Encoding.BYTES, proven.evaluated().elements().get(i));
      sum.add(blind);
      differences.add(sum.quotients());
    }
    byte[] encoded = encoding.encode(differences);
    Finalize last = new Finalize();
    List<byte[]> outputs = new ArrayList<>(inputs.size());
    for (int i = 0; i < inputs.size(); i++) {
      outputs.add(last.output(inputs.get(i), encoded, i * Encoding.BYTES));
    }
    Arrays.fill(encoded, (byte) 0);
    wipeScratch();
    return outputs.subList(0, count);
  }

  /** Overwrites what one of the inputs left; what they all leave on the heap is the collector's. */
  private void wipeScratch() {
    hash.wipe();
    multiplication.wipe();
    sum.wipe();
    blind.wipe();
    product.setIdentity();
  }

  /**
   * Overwrites the blinds, after which there is no finishing. The inputs are the caller's.
   *
   * @leaks nothing
   */
  public void wipe() {
    wiped = true;
    for (Scalar half : halfBlinds) {
      half.wipe();
    }
  }

  @Override
  public String toString() {
    return "Blinding[hidden]";
  }
}
