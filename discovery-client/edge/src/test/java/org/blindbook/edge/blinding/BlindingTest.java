package org.blindbook.edge.blinding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.blindbook.protocol.oprf.Ciphersuite;
import org.blindbook.protocol.oprf.Evaluation;
import org.blindbook.protocol.oprf.Evaluator;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.blindbook.protocol.oprf.OprfException;
import org.blindbook.protocol.oprf.OprfException.Reason;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;
import org.blindbook.protocol.oprf.ristretto.Scalar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One batch from blinding to output, and everything a hostile side may send instead. */
class BlindingTest {
  private static final int SIZE = 8;
  private static final List<byte[]> INPUTS =
      List.of("tel:+4930123456".getBytes(UTF_8), "tel:+4930123457".getBytes(UTF_8), new byte[0]);

  private static final byte[] NONCE = "a nonce".getBytes(UTF_8);

  private final SecureRandom random = seeded(20250104);
  private final EvaluatorKey key = EvaluatorKey.random(random);
  private final PublicKey publicKey = publicKeyOf(key);
  private final Evaluator evaluator = new Evaluator(key);
  private final Blinding blinding = blinding();
  private final Evaluation evaluation = evaluation();
  private final byte[] elements = evaluation.elements();
  private final byte[] proof = evaluation.prove(random);

  private static SecureRandom seeded(long seed) {
    Random random = new Random(seed);
    return new SecureRandom() {
      @Override
      public void nextBytes(byte[] bytes) {
        random.nextBytes(bytes);
      }
    };
  }

  private Blinding blinding() {
    try {
      return new Blinding(INPUTS, SIZE, NONCE, random);
    } catch (OprfException e) {
      throw new AssertionError(e);
    }
  }

  private static PublicKey publicKeyOf(EvaluatorKey key) {
    try {
      return PublicKey.decode(key.publicKey());
    } catch (OprfException e) {
      throw new AssertionError(e);
    }
  }

  /** All elements, none of them taken for padding. */
  private static Evaluation all(Evaluator evaluator, byte[] elements) throws OprfException {
    return evaluator.evaluate(elements, elements.length / Encoding.BYTES, NONCE);
  }

  private Evaluation evaluation() {
    try {
      return all(evaluator, blinding.elements());
    } catch (OprfException e) {
      throw new AssertionError(e);
    }
  }

  private static void refused(Reason reason, ThrowingCallable call) {
    assertThatExceptionOfType(OprfException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private void answerRefused(Reason reason, byte[] answered, byte[] withProof) {
    refused(reason, () -> blinding.finish(publicKey, answered, withProof));
  }

  @Test
  void theClientGetsWhatTheEvaluatorComputesDirectly() throws OprfException {
    List<byte[]> outputs = blinding.finish(publicKey, elements, proof);
    assertThat(outputs).containsExactlyElementsOf(PlainFunction.outputs(key, INPUTS));
    assertThat(outputs).allMatch(output -> output.length == 64);
  }

  @Test
  void inputsInAnotherBatchGiveTheSameOutputsFromOtherElements() throws OprfException {
    List<byte[]> reversed = new ArrayList<>(INPUTS);
    Collections.reverse(reversed);
    Blinding other = new Blinding(reversed, reversed.size(), NONCE, random);
    Evaluation again = all(evaluator, other.elements());
    List<byte[]> outputs = other.finish(publicKey, again.elements(), again.prove(random));
    Collections.reverse(outputs);
    assertThat(outputs).containsExactlyElementsOf(PlainFunction.outputs(key, INPUTS));
    assertThat(HexFormat.of().formatHex(blinding.elements()))
        .doesNotContain(HexFormat.of().formatHex(other.elements(), 0, Encoding.BYTES));
  }

  @Test
  void anEmptyBatchMayStillSendElements() throws OprfException {
    Blinding padding = new Blinding(List.of(), 2, NONCE, random);
    Evaluation answered = all(evaluator, padding.elements());
    assertThat(padding.finish(publicKey, answered.elements(), answered.prove(random))).isEmpty();
  }

  @Test
  void aRefusedBatchIsPaddingAndProvesItself() throws OprfException {
    Evaluation padded = evaluator.evaluate(blinding.elements(), 0, NONCE);
    byte[] ofPadding = padded.prove(random);
    blinding.finishRefused(publicKey, padded.elements(), ofPadding);
    answerRefused(Reason.PROOF, padded.elements(), ofPadding);
    refused(Reason.PROOF, () -> blinding.finishRefused(publicKey, elements, proof));
  }

  /** So whoever has no permit for it gets what anybody can compute who knows the nonce. */
  @Test
  void paddingIsEvaluatedToAKnownMultipleOfThePublicKey() throws OprfException {
    Evaluation padded = evaluator.evaluate(blinding.elements(), INPUTS.size(), NONCE);
    assertThat(padded.elements()).isEqualTo(elements);
    for (int i = INPUTS.size(); i < SIZE; i++) {
      assertThat(Arrays.copyOfRange(elements, 32 * i, 32 * i + 32))
          .isEqualTo(paddingOf(key, NONCE));
    }
    assertThat(paddingOf(key, NONCE)).isNotEqualTo(paddingOf(key, new byte[32]));
  }

  private static byte[] paddingOf(EvaluatorKey key, byte[] nonce) {
    byte[] domain = "blindbook padding v1".getBytes(UTF_8);
    Scalar scalar = Scalar.reduce(new Ciphersuite().expand(domain, nonce));
    return PlainFunction.encoded(
        PlainFunction.times(scalar, PlainFunction.decoded(key.publicKey())));
  }

  /** Otherwise whoever claims a small number and sends a large one would not pay for the rest. */
  @Test
  void anElementBeyondTheCountIsNotEvaluated() throws OprfException {
    for (int count = 0; count <= INPUTS.size(); count++) {
      byte[] answered = evaluator.evaluate(blinding.elements(), count, NONCE).elements();
      for (int i = 0; i < SIZE; i++) {
        byte[] expected =
            i < count ? Arrays.copyOfRange(elements, 32 * i, 32 * i + 32) : paddingOf(key, NONCE);
        assertThat(Arrays.copyOfRange(answered, 32 * i, 32 * i + 32)).isEqualTo(expected);
      }
    }
    Evaluation cheated = evaluator.evaluate(blinding.elements(), 1, NONCE);
    answerRefused(Reason.PROOF, cheated.elements(), cheated.prove(random));
  }

  @Test
  void everyBitOfTheProofCounts() {
    for (int bit = 0; bit < 8 * proof.length; bit++) {
      byte[] flipped = proof.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      answerRefused(Reason.PROOF, elements, flipped);
    }
    answerRefused(Reason.PROOF, elements, Arrays.copyOf(proof, 63));
    answerRefused(Reason.PROOF, elements, Arrays.copyOf(proof, 65));
    answerRefused(Reason.PROOF, elements, new byte[64]);
  }

  /** A response s + l is the same number; only its smallest form is allowed. */
  @Test
  void aResponseIsAcceptedInOneFormOnly() {
    byte[] order =
        HexFormat.of().parseHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    byte[] larger = proof.clone();
    int carry = 0;
    for (int i = 0; i < order.length; i++) {
      carry += (larger[32 + i] & 0xFF) + (order[i] & 0xFF);
      larger[32 + i] = (byte) carry;
      carry >>= 8;
    }
    assertThat(carry).isZero();
    answerRefused(Reason.PROOF, elements, larger);
  }

  @Test
  void anotherKeyIsNoticed() throws OprfException {
    EvaluatorKey other = EvaluatorKey.random(random);
    refused(Reason.PROOF, () -> blinding.finish(publicKeyOf(other), elements, proof));
    Evaluation swapped = all(new Evaluator(other), blinding.elements());
    answerRefused(Reason.PROOF, swapped.elements(), swapped.prove(random));
  }

  @Test
  void anElementOfAnotherKeyAmongManyIsNoticed() throws OprfException {
    Evaluator other = new Evaluator(EvaluatorKey.random(random));
    byte[] mixed = elements.clone();
    System.arraycopy(all(other, blinding.elements()).elements(), 64, mixed, 64, 32);
    answerRefused(Reason.PROOF, mixed, proof);
  }

  @Test
  void anotherOrderIsNoticed() {
    byte[] swapped = elements.clone();
    System.arraycopy(elements, 0, swapped, 32, 32);
    System.arraycopy(elements, 32, swapped, 0, 32);
    answerRefused(Reason.PROOF, swapped, proof);
  }

  @Test
  void anAnswerToAnotherBatchIsNoticed() throws OprfException {
    Evaluation other = all(evaluator, new Blinding(INPUTS, SIZE, NONCE, random).elements());
    answerRefused(Reason.PROOF, other.elements(), other.prove(random));
  }

  @Test
  void anotherNumberOfElementsIsRefused() {
    answerRefused(Reason.COUNT, Arrays.copyOf(elements, elements.length - 32), proof);
    answerRefused(Reason.COUNT, Arrays.copyOf(elements, elements.length + 32), proof);
    answerRefused(Reason.COUNT, new byte[0], proof);
    refused(Reason.COUNT, () -> all(evaluator, new byte[0]));
    refused(Reason.COUNT, () -> all(evaluator, new byte[33]));
    refused(Reason.COUNT, () -> all(evaluator, new byte[32 * 65_536]));
    refused(Reason.COUNT, () -> new Blinding(INPUTS, 2, NONCE, random));
    refused(Reason.COUNT, () -> new Blinding(List.of(), 0, NONCE, random));
    refused(Reason.COUNT, () -> new Blinding(List.of(), 65_536, NONCE, random));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
        "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2df6",
      })
  void bytesThatEncodeNoElementAreRefusedOnBothSides(String bytes) {
    replaced(HexFormat.of().parseHex(bytes), Reason.NOT_AN_ELEMENT, Reason.KEY);
  }

  @Test
  void theIdentityIsRefusedOnBothSides() {
    replaced(new byte[Encoding.BYTES], Reason.IDENTITY, Reason.IDENTITY);
  }

  private void replaced(byte[] element, Reason reason, Reason ofKey) {
    for (int i = 0; i < SIZE; i += SIZE - 1) {
      byte[] sent = blinding.elements();
      System.arraycopy(element, 0, sent, 32 * i, 32);
      refused(reason, () -> all(evaluator, sent));
      byte[] answered = elements.clone();
      System.arraycopy(element, 0, answered, 32 * i, 32);
      answerRefused(reason, answered, proof);
    }
    refused(ofKey, () -> PublicKey.decode(element));
  }

  @Test
  void keysComeBackFromTheirBytes() throws OprfException {
    EvaluatorKey again = EvaluatorKey.decode(key.encode());
    assertThat(again.publicKey()).isEqualTo(key.publicKey());
    assertThat(publicKeyOf(again)).isEqualTo(publicKey).hasSameHashCodeAs(publicKey);
    assertThat(publicKey.encode()).isEqualTo(key.publicKey());
    assertThat(publicKeyOf(EvaluatorKey.random(random))).isNotEqualTo(publicKey);
  }

  @Test
  void badKeysAreRefused() {
    byte[] order =
        HexFormat.of().parseHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    refused(Reason.KEY, () -> EvaluatorKey.decode(new byte[EvaluatorKey.BYTES]));
    refused(Reason.KEY, () -> EvaluatorKey.decode(order));
    refused(Reason.KEY, () -> EvaluatorKey.decode(new byte[31]));
    refused(Reason.KEY, () -> PublicKey.decode(new byte[33]));
  }

  @Test
  void secretsAreNotPrintedAndNothingIsUnblindedOnceTheBlindsAreWiped() {
    assertThat(key.toString()).isEqualTo("EvaluatorKey[hidden]");
    assertThat(blinding.toString()).isEqualTo("Blinding[hidden]");
    blinding.wipe();
    assertThatIllegalStateException().isThrownBy(() -> blinding.finish(publicKey, elements, proof));
  }

  @Test
  void anInputThatIsTooLongIsRefused() {
    List<byte[]> tooLong = List.of(new byte[65_536]);
    refused(Reason.INPUT, () -> new Blinding(tooLong, 1, NONCE, random));
  }

  /** B = H(x) + 2h·G for the half blind h that the generator of random numbers gave. */
  @Test
  void elementsAreBlindedWithTheBlindsOfTheGenerator() throws OprfException {
    List<byte[]> inputs = numbers(100);
    byte[] blinded = new Blinding(inputs, 100, NONCE, seeded(7)).elements();
    SecureRandom again = seeded(7);
    for (int i = 0; i < inputs.size(); i++) {
      Element half = PlainFunction.times(Scalar.random(again), Encoding.generator());
      byte[] expected =
          PlainFunction.encoded(
              PlainFunction.sum(
                  PlainFunction.hashed(inputs.get(i)), PlainFunction.sum(half, half)));
      assertThat(Arrays.copyOfRange(blinded, 32 * i, 32 * i + 32)).as("seed 7").isEqualTo(expected);
    }
    assertThat(new Blinding(inputs, 100, NONCE, seeded(7)).elements()).isEqualTo(blinded);
  }

  private static List<byte[]> numbers(int count) {
    return IntStream.range(0, count).mapToObj(i -> ("tel:+49301" + i).getBytes(UTF_8)).toList();
  }

  @Test
  void outputsAreThoseOfTheDefinitionForManyInputsAndKeys() throws OprfException {
    for (int round = 0; round < 5; round++) {
      EvaluatorKey some = EvaluatorKey.random(random);
      List<byte[]> inputs = numbers(20 + round);
      Blinding ours = new Blinding(inputs, 32, NONCE, random);
      Evaluation answered = new Evaluator(some).evaluate(ours.elements(), inputs.size(), NONCE);
      assertThat(ours.finish(publicKeyOf(some), answered.elements(), answered.prove(random)))
          .as("seed 20250104, round %d", round)
          .containsExactlyElementsOf(PlainFunction.outputs(some, inputs));
    }
  }

  /**
   * Two inputs, and a thousand elements of each: no element comes twice, and every bit that is free
   * in an encoding is set in about half of them, whichever the input (six standard deviations).
   */
  @Test
  void elementsOfOneInputLookLikeThoseOfAnother() throws OprfException {
    int many = 1_000;
    Set<String> seen = new HashSet<>();
    for (byte[] input : INPUTS.subList(0, 2)) {
      int[] ones = new int[8 * Encoding.BYTES];
      byte[] blinded =
          new Blinding(Collections.nCopies(many, input), many, NONCE, random).elements();
      for (int i = 0; i < many; i++) {
        byte[] element = Arrays.copyOfRange(blinded, 32 * i, 32 * i + 32);
        assertThat(seen.add(HexFormat.of().formatHex(element))).isTrue();
        for (int bit = 0; bit < ones.length; bit++) {
          ones[bit] += element[bit / 8] >> bit % 8 & 1;
        }
      }
      assertThat(ones[0]).as("an encoding is even").isZero();
      assertThat(ones[255]).as("an encoding is below 2^255").isZero();
      for (int bit = 1; bit < 255; bit++) {
        assertThat(ones[bit]).as("seed 20250104, bit %d", bit).isBetween(405, 595);
      }
    }
  }
}
