package org.blindbook.server.http;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.blindbook.edge.endpoint.Headers;
import org.jspecify.annotations.Nullable;

/** The epochs that a client can use, as it writes them: {@code 1,2}. */
final class EpochList {
  private static final String NUMBER = "[1-9][0-9]{0,5}";
  private static final String NUMBERS =
      NUMBER + "(," + NUMBER + "){0," + (Headers.MAX_EPOCHS - 1) + "}";

  private EpochList() {}

  /**
   * No epochs when the value is absent; empty when it is no list of at most {@value
   * Headers#MAX_EPOCHS}.
   */
  static Optional<List<Integer>> of(@Nullable String value) {
    if (value == null) {
      return Optional.of(List.of());
    }
    return value.matches(NUMBERS)
        ? Optional.of(Arrays.stream(value.split(",")).map(Integer::valueOf).toList())
        : Optional.empty();
  }
}
