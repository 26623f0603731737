package org.blindbook.server.registrations;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.blindbook.server.registrations.RegistrationStore.Applied;
import org.blindbook.server.registrations.RegistrationStore.Replacement;
import org.jspecify.annotations.Nullable;

/**
 * Makes the set of registrations what it took, in one step at the end. It refuses what looks like a
 * mistake, because that step unregisters people: a file of nothing, rows that could not be read, a
 * file that is much shorter than the set.
 */
final class ReplaceTarget implements LoadTarget {
  private final String source;
  private final ReplaceConsent consent;
  private final boolean dryRun;
  private final long before;
  private final Replacement replacement;
  private long taken;

  /**
   * @param source begins a sentence
   */
  ReplaceTarget(String source, ReplaceConsent consent, boolean dryRun, RegistrationStore store)
      throws StoreException {
    this.source = source;
    this.consent = consent;
    this.dryRun = dryRun;
    this.before = store.registered();
    this.replacement = store.replace();
  }

  @Override
  public void take(RegistrationBatch batch, Optional<LoadProgress> reached) throws StoreException {
    taken += batch.size();
    replacement.add(batch);
  }

  @Override
  public Applied finish(long rejected, @Nullable Path rejects)
      throws LoadException, StoreException {
    if (taken == 0) {
      throw new LoadException(
          source
              + " has no row that can be loaded: nothing was changed. load --delete unregisters.");
    }
    if (rejected > 0 && !consent.rejects()) {
      throw new LoadException(
          String.format(
              Locale.ROOT,
              "Nothing was changed, because %,d %s rejected and --replace would unregister whoever"
                  + " they are for: correct %s, or add --accept-rejects.",
              rejected,
              rejected == 1 ? "row was" : "rows were",
              rejects));
    }
    if (!consent.unregisterMany() || dryRun) {
      Applied preview = replacement.preview();
      if (!consent.unregisterMany() && preview.deleted() > before / 2) {
        throw new LoadException(
            String.format(
                Locale.ROOT,
                "Nothing was changed, because --replace would unregister %,d of %,d, more than"
                    + " half: look whether the file is whole, and add --unregister-many if it is.",
                preview.deleted(),
                before));
      }
      if (dryRun) {
        return counted(preview);
      }
    }
    return counted(replacement.commit());
  }

  /** With the rows that were followed by another one for the same. */
  private Applied counted(Applied applied) {
    return new Applied(
        applied.registered(),
        applied.deleted(),
        applied.unchanged(),
        taken - applied.registered() - applied.unchanged());
  }

  @Override
  public void close() {
    replacement.close();
  }
}
