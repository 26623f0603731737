package org.blindbook.loadtest.driver;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.blindbook.loadtest.measurement.Meter;
import org.blindbook.loadtest.population.AddressBook;
import org.blindbook.protocol.lookup.DiscoveryRequest;

/** Somebody who wants to be answered once, in one attempt or several. For one thread. */
final class Caller {
  private final UUID account;
  private final AddressBook book;
  private final byte[] retryNonce;
  private final Meter meter;
  private final long arrival;
  private int attempts;

  /**
   * @param request different for each arrival of any run: a request that is repeated costs nothing
   * @param meter counts what becomes of this caller
   * @param arrival nanoseconds since the run's beginning
   */
  Caller(UUID account, AddressBook book, UUID request, Meter meter, long arrival) {
    this.account = account;
    this.book = book;
    this.meter = meter;
    this.arrival = arrival;
    // The first half is the device's secret, which an account keeps.
    this.retryNonce =
        ByteBuffer.allocate(DiscoveryRequest.NONCE_BYTES)
            .putLong(account.getMostSignificantBits())
            .putLong(account.getLeastSignificantBits())
            .putLong(request.getMostSignificantBits())
            .putLong(request.getLeastSignificantBits())
            .array();
  }

  UUID account() {
    return account;
  }

  AddressBook book() {
    return book;
  }

  byte[] retryNonce() {
    return retryNonce;
  }

  Meter meter() {
    return meter;
  }

  long arrival() {
    return arrival;
  }

  int attempts() {
    return attempts;
  }

  /** Counts one more attempt. */
  void attempt() {
    attempts++;
  }
}
