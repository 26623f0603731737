package org.blindbook.enclave.oblivious;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.enclave.oblivious.LayerKernel.PAD;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NetworksTest {
  private record Wide(long hi, long lo) implements Comparable<Wide> {
    @Override
    public int compareTo(Wide other) {
      int first = Long.compareUnsigned(hi, other.hi);
      return first != 0 ? first : Long.compareUnsigned(lo, other.lo);
    }
  }

  static Stream<LayerKernel> kernels() {
    VectorWidth.settle(TestedKernel.NAME.equals("vector512") ? 512 : 256);
    return Stream.of(new PlainLayers(), new VectorLayers());
  }

  /** Random numbers with many ties in the high half and some in both. */
  private static long[] column(int n, int capacity, SplittableRandom random) {
    long[] column = new long[PAD + capacity + PAD];
    int bits = random.nextInt(64);
    for (int i = 0; i < n; i++) {
      column[PAD + i] = random.nextLong() >> bits;
    }
    return column;
  }

  private static long[] part(long[] column, int n) {
    return Arrays.copyOfRange(column, PAD, PAD + n);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void sortOrdersUnsignedPairsAndCarriesColumnsThereAndBack(LayerKernel kernel) {
    SplittableRandom random = new SplittableRandom(3);
    for (int n = 16; n <= 2048; n *= 2) {
      for (int round = 0; round < 8; round++) {
        long[] hi = column(n, n, random);
        long[] lo = column(n, n, random);
        long[] follower = hi.clone();
        long[] original = hi.clone();
        List<Wide> expected = new ArrayList<>();
        for (int i = 0; i < n; i++) {
          expected.add(new Wide(hi[PAD + i], lo[PAD + i]));
        }
        Collections.sort(expected);
        SortingNetwork network = new SortingNetwork(kernel, n);
        network.sort(hi, lo);
        for (int i = 0; i < n; i++) {
          assertThat(new Wide(hi[PAD + i], lo[PAD + i])).isEqualTo(expected.get(i));
        }
        network.forward(follower);
        assertThat(follower).isEqualTo(hi);
        network.backward(follower);
        assertThat(follower).isEqualTo(original);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void compactionKeepsTheOrderOfTheChosenAndTakesThemBack(LayerKernel kernel) {
    SplittableRandom random = new SplittableRandom(4);
    for (int n : new int[] {16, 24, 64, 72, 128, 1000, 1024}) {
      for (int round = 0; round < 20; round++) {
        double density = round / 19.0;
        long[] x = column(n, n, random);
        long[] distance = new long[x.length];
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < n; i++) {
          if (random.nextDouble() < density) {
            distance[PAD + i] = i - chosen.size();
            chosen.add(i);
          }
        }
        long[] original = x.clone();
        Compaction compaction = new Compaction(kernel, n);
        compaction.decide(distance);
        compaction.forward(x);
        for (int i = 0; i < chosen.size(); i++) {
          assertThat(x[PAD + i]).isEqualTo(original[PAD + chosen.get(i)]);
        }
        compaction.backward(x);
        for (int position : chosen) {
          assertThat(x[PAD + position]).isEqualTo(original[PAD + position]);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void compactionInGroupsKeepsEveryGroupApart(LayerKernel kernel) {
    SplittableRandom random = new SplittableRandom(8);
    for (int group : new int[] {8, 16, 24, 40, 64, 160}) {
      for (int round = 0; round < 20; round++) {
        int n = group * (1 + random.nextInt(20));
        long[] x = column(n, n, random);
        long[] distance = new long[x.length];
        long[] expected = new long[n];
        int[] counts = new int[n / group];
        for (int i = 0; i < n; i++) {
          int g = i / group;
          if (random.nextInt(20) >= round) {
            distance[PAD + i] = i % group - counts[g];
            expected[g * group + counts[g]++] = x[PAD + i];
          }
        }
        Compaction compaction = new Compaction(kernel, n, group);
        compaction.decide(distance);
        compaction.forward(x);
        for (int i = 0; i < n; i++) {
          if (i % group < counts[i / group]) {
            assertThat(x[PAD + i]).isEqualTo(expected[i]);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void distributionReachesEveryDestinationAndTakesElementsBack(LayerKernel kernel) {
    SplittableRandom random = new SplittableRandom(5);
    int[][] shapes = {
      {64, 64}, {64, 72}, {64, 200}, {64, 4096}, {128, 1000}, {256, 3000}, {512, 8184}
    };
    for (int[] shape : shapes) {
      int front = shape[0];
      int n = shape[1];
      for (int round = 0; round < 20; round++) {
        int count = round == 0 ? front : random.nextInt(front + 1);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < n; i++) {
          places.add(i);
        }
        Collections.shuffle(places, new Random(random.nextLong()));
        List<Integer> destinations = new ArrayList<>(places.subList(0, count));
        Collections.sort(destinations);
        long[] x = column(front, n, random);
        long[] distance = new long[x.length];
        for (int i = 0; i < count; i++) {
          distance[PAD + i] = (destinations.get(i) - i) | Distribution.PRESENT;
        }
        long[] original = x.clone();
        Distribution distribution = new Distribution(kernel, front, n);
        distribution.decide(distance);
        distribution.forward(x);
        for (int i = 0; i < n; i++) {
          assertThat(distance[PAD + i] >> 63).isEqualTo(destinations.contains(i) ? -1 : 0);
        }
        for (int i = 0; i < count; i++) {
          assertThat(x[PAD + destinations.get(i)]).isEqualTo(original[PAD + i]);
        }
        distribution.backward(x);
        assertThat(part(x, count)).isEqualTo(part(original, count));
      }
    }
  }
}
