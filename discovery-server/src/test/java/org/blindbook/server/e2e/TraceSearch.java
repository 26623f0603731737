package org.blindbook.server.e2e;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks for many byte strings, of at least eight bytes each, in one reading. */
final class TraceSearch {
  private static final int FILTER_BITS = 22;
  private static final int BUFFER_BYTES = 1 << 22;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final Map<Long, List<Map.Entry<String, byte[]>>> traces = new HashMap<>();
  private final BitSet beginnings = new BitSet(1 << FILTER_BITS);
  private final int longest;

  TraceSearch(Map<String, byte[]> traces) {
    for (Map.Entry<String, byte[]> trace : traces.entrySet()) {
      long beginning = ByteBuffer.wrap(trace.getValue()).getLong();
      beginnings.set(fold(beginning));
      this.traces.computeIfAbsent(beginning, b -> new ArrayList<>()).add(trace);
    }
    this.longest = traces.values().stream().mapToInt(trace -> trace.length).max().orElseThrow();
  }

  /** The names of the traces that the file holds, as often as it holds them. */
  List<String> in(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return in(channel, 0, channel.size());
    }
  }

  /** The names of the traces between two positions, as often as they are there. */
  List<String> in(FileChannel channel, long from, long to) throws IOException {
    List<String> found = new ArrayList<>();
    byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, to - from)];
    int kept = 0;
    for (long at = from; at < to; ) {
      int wanted = (int) Math.min(buffer.length - kept, to - at);
      int read = channel.read(ByteBuffer.wrap(buffer, kept, wanted), at);
      if (read <= 0) {
        break;
      }
      at += read;
      int filled = kept + read;
      // A trace that may go on beyond the buffer is looked at again with what follows.
      int done = at < to ? Math.max(0, filled - longest + 1) : filled;
      search(buffer, done, filled, found);
      System.arraycopy(buffer, done, buffer, 0, filled - done);
      kept = filled - done;
    }
    return found;
  }

  /** Traces that begin before {@code end} in a buffer of which so much is filled. */
  private void search(byte[] buffer, int end, int filled, List<String> found) {
    int last = Math.min(end, filled - Long.BYTES + 1);
    for (int at = 0; at < last; at++) {
      long beginning = (long) LONG.get(buffer, at);
      if (beginning == 0) {
        at += Long.BYTES - 2; // no trace begins with more than one zero
      } else if (beginnings.get(fold(beginning))) {
        addMatches(buffer, at, filled, beginning, found);
      }
    }
  }

  private void addMatches(byte[] buffer, int at, int filled, long beginning, List<String> found) {
    for (Map.Entry<String, byte[]> trace : traces.getOrDefault(beginning, List.of())) {
      byte[] bytes = trace.getValue();
      if (at + bytes.length <= filled
          && Arrays.equals(buffer, at, at + bytes.length, bytes, 0, bytes.length)) {
        found.add(trace.getKey());
      }
    }
  }

  private static int fold(long beginning) {
    return (int) ((beginning * 0x9E3779B97F4A7C15L) >>> (64 - FILTER_BITS));
  }
}
