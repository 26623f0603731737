package org.blindbook.server.e2e;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/** Looks for many byte strings, of at least eight bytes each, in one reading of a file. */
final class TraceSearch {
  private static final int FILTER_BITS = 22;

  private final Map<String, byte[]> traces;
  private final BitSet beginnings = new BitSet(1 << FILTER_BITS);

  TraceSearch(Map<String, byte[]> traces) {
    this.traces = traces;
    traces.values().forEach(trace -> beginnings.set(fold(ByteBuffer.wrap(trace).getLong())));
  }

  /** The names of the traces that the file holds. */
  List<String> in(Path file) throws IOException {
    List<String> found = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      long window = 0;
      for (int at = 0; at < bytes.limit(); at++) {
        window = window << 8 | bytes.get(at) & 0xff;
        if (at >= 7 && beginnings.get(fold(window))) {
          addMatches(bytes, at - 7, found);
        }
      }
    }
    return found;
  }

  private void addMatches(MappedByteBuffer bytes, int from, List<String> found) {
    traces.forEach(
        (name, trace) -> {
          if (from + trace.length <= bytes.limit()
              && bytes.slice(from, trace.length).equals(ByteBuffer.wrap(trace))) {
            found.add(name);
          }
        });
  }

  private static int fold(long beginning) {
    return (int) ((beginning * 0x9E3779B97F4A7C15L) >>> (64 - FILTER_BITS));
  }
}
