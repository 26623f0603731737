package org.blindbook.edge.blinding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.edge.blinding.PlainFunction.decoded;
import static org.blindbook.edge.blinding.PlainFunction.encoded;
import static org.blindbook.edge.blinding.PlainFunction.negative;
import static org.blindbook.edge.blinding.PlainFunction.sum;
import static org.blindbook.edge.blinding.PlainFunction.times;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.blindbook.protocol.oprf.ristretto.BatchEncoding;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;
import org.blindbook.protocol.oprf.ristretto.Field;
import org.blindbook.protocol.oprf.ristretto.Quotients;
import org.blindbook.protocol.oprf.ristretto.Scalar;
import org.bouncycastle.math.ec.rfc7748.X25519Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sums on the Jacobi quartic against sums on the Edwards curve. */
class GroupOnTheQuarticTest {
  private static final long SEED = 20250105;

  private final Random random = new Random(SEED);

  private Scalar scalar() {
    byte[] wide = new byte[Scalar.WIDE_BYTES];
    random.nextBytes(wide);
    return Scalar.reduce(wide);
  }

  private Element element() {
    return times(scalar(), Encoding.generator());
  }

  private static QuarticPoint ofDecoded(byte[] bytes) {
    QuarticPoint point = new QuarticPoint();
    point.set(bytes, 0, decoded(bytes));
    return point;
  }

  private static QuarticPoint ofDouble(Element p) {
    QuarticPoint point = new QuarticPoint();
    point.set(Quotients.ofDouble(p));
    return point;
  }

  private static byte[] encoding(QuarticPoint point) {
    return new BatchEncoding().encode(List.of(point.quotients()));
  }

  @Test
  void elementsComeBackFromTheQuartic() {
    for (int i = 0; i < 50; i++) {
      Element p = element();
      assertThat(encoding(ofDecoded(encoded(p)))).as("seed %d", SEED).isEqualTo(encoded(p));
      assertThat(encoding(ofDouble(p))).as("seed %d", SEED).isEqualTo(encoded(sum(p, p)));
    }
    assertThat(encoding(ofDouble(new Element()))).isEqualTo(new byte[Encoding.BYTES]);
  }

  @Test
  void sumsAndDifferencesAreThoseOfTheEdwardsCurve() {
    for (int i = 0; i < 50; i++) {
      Element p = element();
      Element q = element();
      QuarticPoint sum = ofDecoded(encoded(p));
      sum.add(ofDouble(q));
      assertThat(encoding(sum)).as("seed %d", SEED).isEqualTo(encoded(sum(p, sum(q, q))));
      QuarticPoint negative = ofDouble(q);
      negative.negate();
      QuarticPoint difference = ofDecoded(encoded(p));
      difference.add(negative);
      assertThat(encoding(difference))
          .as("seed %d", SEED)
          .isEqualTo(encoded(sum(p, negative(sum(q, q)))));
      sum.add(ofDecoded(encoded(element())));
      sum.add(ofDecoded(encoded(new Element())));
      assertThat(onTheQuartic(sum)).as("seed %d", SEED).isTrue();
    }
  }

  /** T² = S⁴ + 2A·S²Z² + Z⁴. */
  private static boolean onTheQuartic(QuarticPoint p) {
    int[] twoA = X25519Field.create();
    int[] onePlusD = X25519Field.create();
    X25519Field.apm(Field.ONE, Field.D, onePlusD, twoA);
    X25519Field.add(twoA, twoA, twoA);
    X25519Field.carry(twoA);
    int[] s2 = X25519Field.create();
    int[] z2 = X25519Field.create();
    int[] right = X25519Field.create();
    int[] term = X25519Field.create();
    X25519Field.sqr(p.s, s2);
    X25519Field.sqr(p.z, z2);
    X25519Field.mul(s2, z2, right);
    X25519Field.mul(right, twoA, right);
    X25519Field.sqr(s2, s2);
    X25519Field.sqr(z2, z2);
    X25519Field.add(s2, z2, term);
    X25519Field.mul(term, onePlusD, term);
    X25519Field.add(right, term, right);
    X25519Field.sqr(p.t, term);
    X25519Field.mul(term, onePlusD, term);
    X25519Field.sub(right, term, right);
    X25519Field.normalize(right);
    return X25519Field.isZero(right) != 0;
  }

  /** One element that cannot be had in this way does not spoil those beside it. */
  @Test
  void theSumOfAnElementWithItsOppositeIsWrongAlone() {
    List<Quotients> points = new ArrayList<>();
    List<byte[]> expected = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      byte[] p = encoded(element());
      byte[] q = encoded(i == 2 ? negative(decoded(p)) : element());
      QuarticPoint sum = ofDecoded(p);
      sum.add(ofDecoded(q));
      points.add(sum.quotients());
      expected.add(encoded(sum(decoded(p), decoded(q))));
    }
    HexFormat hex = HexFormat.of();
    String encodings = hex.formatHex(new BatchEncoding().encode(points));
    for (int i = 0; i < 5; i++) {
      assertThat(encodings.substring(64 * i, 64 * i + 64))
          .isEqualTo(hex.formatHex(expected.get(i)));
    }
  }

  @Test
  void normalizedPointsAreTheSamePoints() {
    List<Element> points = new ArrayList<>();
    List<byte[]> expected = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Element p = i == 7 ? new Element() : element();
      expected.add(encoded(p));
      points.add(p);
    }
    AffinePoints.normalize(points);
    for (int i = 0; i < points.size(); i++) {
      Element p = points.get(i);
      assertThat(p.z).isEqualTo(new Element().z);
      assertThat(encoded(p)).isEqualTo(expected.get(i));
      assertThat(encoded(sum(p, p))).isEqualTo(encoded(sum(decoded(expected.get(i)), p)));
    }
    AffinePoints.normalize(List.of());
  }

  /** RFC 9496, appendix A.3; the last four inputs are one after reduction. */
  @ParameterizedTest
  @CsvSource({
    "5d1be09e3d0c82fc538112490e35701979d99e06ca3e2b5b54bffe8b4dc772c1"
        + "4d98b696a1bbfb5ca32c436cc61c16563790306c79eaca7705668b47dffe5bb6,"
        + "3066f82a1a747d45120d1740f14358531a8f04bbffe6a819f86dfe50f44a0a46",
    "f116b34b8f17ceb56e8732a60d913dd10cce47a6d53bee9204be8b44f6678b27"
        + "0102a56902e2488c46120e9276cfe54638286b9e4b3cdb470b542d46c2068d38,"
        + "f26e5b6f7d362d2d2a94c5d0e7602cb4773c95a2e5c31a64f133189fa76ed61b",
    "8422e1bbdaab52938b81fd602effb6f89110e1e57208ad12d9ad767e2e25510c"
        + "27140775f9337088b982d83d7fcf0b2fa1edffe51952cbe7365e95c86eaf325c,"
        + "006ccd2a9e6867e6a2c5cea83d3302cc9de128dd2a9a57dd8ee7b9d7ffe02826",
    "ac22415129b61427bf464e17baee8db65940c233b98afce8d17c57beeb7876c2"
        + "150d15af1cb1fb824bbd14955f2b57d08d388aab431a391cfc33d5bafb5dbbaf,"
        + "f8f0c87cf237953c5890aec3998169005dae3eca1fbb04548c635953c817f92a",
    "165d697a1ef3d5cf3c38565beefcf88c0f282b8e7dbd28544c483432f1cec767"
        + "5debea8ebb4e5fe7d6f6e5db15f15587ac4d4d4a1de7191e0c1ca6664abcc413,"
        + "ae81e7dedf20a497e10c304a765c1767a42d6e06029758d2d7e8ef7cc4c41179",
    "a836e6c9a9ca9f1e8d486273ad56a78c70cf18f0ce10abb1c7172ddd605d7fd2"
        + "979854f47ae1ccf204a33102095b4200e5befc0465accc263175485f0e17ea5c,"
        + "e2705652ff9f5e44d3e841bf1c251cf7dddb77d140870d1ab2ed64f1a9ce8628",
    "2cdc11eaeb95daf01189417cdddbf95952993aa9cb9c640eb5058d09702c7462"
        + "2c9965a697a3b345ec24ee56335b556e677b30e6f90ac77d781064f866a3c982,"
        + "80bd07262511cdde4863f8a7434cef696750681cb9510eea557088f76d9e5065",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        + "1200000000000000000000000000000000000000000000000000000000000000,"
        + "304282791023b73128d277bdcb5c7746ef2eac08dde9f2983379cb8e5ef0517f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
        + "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff,"
        + "304282791023b73128d277bdcb5c7746ef2eac08dde9f2983379cb8e5ef0517f",
    "0000000000000000000000000000000000000000000000000000000000000080"
        + "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f,"
        + "304282791023b73128d277bdcb5c7746ef2eac08dde9f2983379cb8e5ef0517f",
    "0000000000000000000000000000000000000000000000000000000000000000"
        + "1200000000000000000000000000000000000000000000000000000000000080,"
        + "304282791023b73128d277bdcb5c7746ef2eac08dde9f2983379cb8e5ef0517f",
  })
  void elementsFromUniformBytes(String uniform, String expected) {
    QuarticPoint point = new QuarticPoint();
    new HashToGroup().derive(HexFormat.of().parseHex(uniform), point);
    assertThat(HexFormat.of().formatHex(encoding(point))).isEqualTo(expected);
  }
}
