package org.blindbook.server.enclavehost;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.lookup.LookupCalls.TableState;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.server.enclavehost.RecentWindow.Limits;
import org.blindbook.server.enclavehost.RecentWindow.Start;
import org.blindbook.server.registrations.Mark;
import org.blindbook.server.registrations.RegistrationBatch;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one enclave's table equal to what the store has in a {@link RecentWindow}: gives it what is
 * new and takes out what is no longer recent. There is no snapshot, because the store gives it all
 * again in less time. Used by the supervisor's thread only.
 */
final class RecentFeed implements FollowingTable {
  private static final Logger log = LoggerFactory.getLogger(RecentFeed.class);

  /** How often the window moves on with time. */
  private static final Duration MOVE = Duration.ofMinutes(10);

  /** A window that has grown full moves on by this part, so that it does not at every update. */
  private static final int SPARE = 8;

  private final LookupConnection enclave;
  private final RegistrationStore store;
  private final FollowedStore followed;
  private final RecentWindow window;
  private final InstantSource clock;
  private long registrations;
  private long sequence;
  private long head;
  private boolean upToDate;

  /** What comes up to here is not recent. */
  private long start;

  /** What comes up to here is not in the table any more. */
  private long removed;

  /** How many registrations may be recent. */
  private long most;

  /** What comes up to here is known to be no more than that. */
  private long measured;

  private Instant movedAt = Instant.EPOCH;

  RecentFeed(
      LookupConnection enclave, RegistrationStore store, RecentWindow window, InstantSource clock) {
    this.enclave = enclave;
    this.store = store;
    this.followed = new FollowedStore(store);
    this.window = window;
    this.clock = clock;
  }

  @Override
  public TableProgress progress() {
    return new TableProgress(registrations, sequence, head);
  }

  /**
   * One step towards the store. True when the enclave then has all that is recent, and nothing
   * else.
   *
   * @throws IllegalStateException when the store is older than the table
   */
  @Override
  public boolean advance()
      throws CallException, UnansweredException, StoreException, InterruptedException {
    if (Duration.between(movedAt, clock.instant()).abs().compareTo(MOVE) >= 0) {
      moveOn();
    }
    if (Math.min(removed, sequence) < start) {
      removeNext();
      return false;
    }
    upToDate &= !store.changedSinceLastAsked();
    if (upToDate) {
      return true;
    }
    followed.requireSame();
    head = store.head();
    if (head < sequence) {
      throw new IllegalStateException("the store went back");
    }
    Update update = followed.changesAfter(sequence, Update.MAX_ENTRIES);
    if (update.sequence() > measured && registrations + update.count() > most) {
      moveOn();
      return false;
    }
    if (update.count() > 0) {
      took(TableFeed.apply(enclave, update));
      sequence = update.sequence();
    }
    upToDate = update.count() < Update.MAX_ENTRIES;
    return upToDate;
  }

  private void took(TableState state) {
    registrations = state.registrations();
  }

  private void moveOn() throws StoreException {
    movedAt = clock.instant();
    Limits limits = window.limits();
    measured = store.head();
    most = store.registered() / limits.part();
    long atLeast = Math.max(start, store.beforeNewest(most - most / SPARE));
    // Last: whatever was written meanwhile, the newest mark comes after all that is left out.
    List<Mark> marks = store.mark(clock, limits.longest());
    Start next = RecentWindow.start(marks, movedAt.minus(limits.longest()), atLeast);
    window.startsAt(next);
    start = next.after();
    log.info("what is recent is complete since {}", next.completeSince());
  }

  private void removeNext()
      throws CallException, UnansweredException, StoreException, InterruptedException {
    if (registrations == 0) {
      skip();
      return;
    }
    Update old = store.changesBetween(removed, start, Update.MAX_ENTRIES);
    if (old.count() == 0) {
      // Last: if somebody may have left whom the store no longer tells of, this does.
      followed.changesAfter(sequence, 1);
      skip();
    } else {
      took(TableFeed.apply(enclave, deletions(old)));
      removed = old.sequence();
    }
  }

  private void skip() {
    removed = start;
    sequence = Math.max(sequence, start);
  }

  /** Takes out what an update put in. */
  private Update deletions(Update of) {
    byte[] entries = of.entries();
    for (int at = 0; at < entries.length; at += Update.ENTRY_BYTES) {
      Arrays.fill(entries, at + RegistrationBatch.KEY_BYTES, at + Update.ENTRY_BYTES, (byte) 0);
    }
    return new Update(sequence, entries);
  }
}
