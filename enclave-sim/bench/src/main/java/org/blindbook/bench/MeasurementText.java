package org.blindbook.bench;

import java.util.Locale;
import org.blindbook.enclave.table.GrowthMeasurement;
import org.blindbook.enclave.table.ServingMeasurement;
import org.blindbook.enclave.table.TableMeasurement;

/** A measurement for machines and for people. */
final class MeasurementText {
  private MeasurementText() {}

  static String json(TableMeasurement m) {
    return String.format(
        Locale.ROOT,
        "{\"n\":%d,\"batch\":%d,\"threads\":%d,\"kernel\":\"%s\",\"c\":%d,\"bins\":%d,"
            + "\"log2Failure\":%.1f,\"usPerLookup\":%.3f,\"routingUs\":%.1f,"
            + "\"passNsPerSlot\":%.3f,\"passNsPerRecord\":%.3f,\"readNsPerSlot\":%.3f,"
            + "\"bytesPerRecord\":%.1f,\"updatesPerSecond\":%.0f,\"loadPerSecond\":%.0f,"
            + "\"hits\":%d,\"wrong\":%d%s%s%s}",
        m.workload().records(),
        m.workload().queries(),
        m.threads(),
        m.kernel(),
        m.slotsPerBin(),
        m.bins(),
        m.log2Failure(),
        m.usPerLookup(),
        m.routingUs(),
        m.passNsPerSlot(),
        m.passNsPerRecord(),
        m.readNsPerSlot(),
        m.bytesPerRecord(),
        m.updatesPerSecond(),
        m.loadPerSecond(),
        m.hits(),
        m.wrong(),
        m.workload().cpuTime() ? ",\"clock\":\"cpu\"" : "",
        m.serving().map(MeasurementText::json).orElse(""),
        m.growth().map(MeasurementText::json).orElse(""));
  }

  private static String json(ServingMeasurement s) {
    return String.format(
        Locale.ROOT,
        ",\"serving\":{\"updatesPerSecond\":%.0f,\"gatherMillis\":%d,\"everyMillis\":%.2f,"
            + "\"idle\":%s,\"updating\":%s}",
        s.updatesPerSecond(),
        s.workload().gatherMillis(),
        s.everyMillis(),
        json(s.idle()),
        json(s.serving()));
  }

  private static String json(ServingMeasurement.Latency latency) {
    return String.format(
        Locale.ROOT,
        "{\"batches\":%d,\"p50Millis\":%.2f,\"p99Millis\":%.2f}",
        latency.batches(),
        latency.p50(),
        latency.p99());
  }

  private static String json(GrowthMeasurement g) {
    return String.format(
        Locale.ROOT,
        ",\"growth\":{\"records\":%d,\"updates\":%d,\"slotBytes\":%d,\"heapBytes\":%d,"
            + "\"bytesPerRecord\":%.1f,\"longestUpdateMillis\":%.1f}",
        g.records(),
        g.updates(),
        g.slotBytes(),
        g.heapBytes(),
        g.bytesPerRecord(),
        g.longestUpdateMillis());
  }

  static String table(TableMeasurement m) {
    return String.format(
        Locale.ROOT,
        """
        Table       %,d users, %.1f bytes each
        Batches     %,d queries, %d thread(s), kernel %s%s
        Lookup      %.3f µs per query
          routing   %.1f µs per batch, to %,d bins of %d slots (overflow below 2^%.1f per batch)
          pass      %.3f ns per slot, %.3f ns per user
          a read of the same memory: %.3f ns per slot
        Updates     %,.0f per second
        Loading     %,.0f users per second
        Answers     %,d hits, %,d wrong%s%s\
        """,
        m.workload().records(),
        m.bytesPerRecord(),
        m.workload().queries(),
        m.threads(),
        m.kernel(),
        m.workload().cpuTime() ? ", CPU time" : "",
        m.usPerLookup(),
        m.routingUs(),
        m.bins(),
        m.slotsPerBin(),
        m.log2Failure(),
        m.passNsPerSlot(),
        m.passNsPerRecord(),
        m.readNsPerSlot(),
        m.updatesPerSecond(),
        m.loadPerSecond(),
        m.hits(),
        m.wrong(),
        m.serving().map(MeasurementText::table).orElse(""),
        m.growth().map(MeasurementText::table).orElse(""));
  }

  private static String table(ServingMeasurement s) {
    return String.format(
        Locale.ROOT,
        """

        Serving     a batch every %.1f ms on average; from its arrival to its answer:
          idle      p50 %.2f ms, p99 %.2f ms (%,d batches)
          updating  p50 %.2f ms, p99 %.2f ms (%,d batches) with %,.0f updates per second\
        """,
        s.everyMillis(),
        s.idle().p50(),
        s.idle().p99(),
        s.idle().batches(),
        s.serving().p50(),
        s.serving().p99(),
        s.serving().batches(),
        s.updatesPerSecond());
  }

  private static String table(GrowthMeasurement g) {
    return String.format(
        Locale.ROOT,
        """

        Growth      %.1f bytes of heap per user at most, %,d users; both tables: %,d bytes of slots
          in        %,d batches of updates, the longest %.1f ms\
        """,
        g.bytesPerRecord(),
        g.records(),
        g.slotBytes(),
        g.updates(),
        g.longestUpdateMillis());
  }
}
