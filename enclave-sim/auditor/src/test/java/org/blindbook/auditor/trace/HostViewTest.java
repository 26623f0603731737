package org.blindbook.auditor.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * What a hostile host sees of the real enclaves is the same, field by field, whatever a user asks
 * for. Nothing is traced here: it is the protocol that is tried, in many more sessions.
 */
class HostViewTest {
  private static final int PAIRS = Integer.getInteger("blindbook.host-view.pairs", 200);
  private static final String PERMITS = "org.blindbook.enclave.permits.Permits";

  @Test
  void noFieldDiffersWhateverAUserAsksFor() throws Exception {
    assertThat(firstDifference(bytes -> bytes)).isEmpty();
  }

  /** Before the floor, a host that asked in the user's account found out what was left. */
  @Test
  void aLevelForEveryDeviceIsSeen() throws Exception {
    assertThat(firstDifference(Mutation.newBody(PERMITS, "useBy", code -> code.return_())))
        .isNotEmpty()
        .anySatisfy(difference -> assertThat(difference).contains("clear="));
  }

  private static List<String> firstDifference(UnaryOperator<byte[]> change) throws Exception {
    try (UntracedEnclaves enclaves = new UntracedEnclaves(change)) {
      LongFunction<List<String>> pairs = enclaves.pairs();
      for (long pair = 0; pair < PAIRS; pair++) {
        List<String> differences = pairs.apply(pair);
        if (!differences.isEmpty()) {
          List<String> named = new ArrayList<>(List.of("pair " + pair));
          named.addAll(differences);
          return named;
        }
      }
    }
    return List.of();
  }
}
