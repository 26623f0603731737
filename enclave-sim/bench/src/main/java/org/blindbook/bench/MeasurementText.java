package org.blindbook.bench;

import java.util.Locale;
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
            + "\"hits\":%d,\"wrong\":%d%s}",
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
        m.workload().cpuTime() ? ",\"clock\":\"cpu\"" : "");
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
        Answers     %,d hits, %,d wrong\
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
        m.wrong());
  }
}
