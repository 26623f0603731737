package org.blindbook.loadtest.driver;

import java.time.Duration;
import org.blindbook.loadtest.population.AddressBooks;
import org.blindbook.loadtest.population.Population;
import org.blindbook.loadtest.schedule.LoadShape;
import org.blindbook.loadtest.schedule.Spacing;
import org.blindbook.loadtest.trust.CredentialMint;
import org.blindbook.loadtest.trust.OfferAppraisal;

/**
 * Everything about a run that is decided before it.
 *
 * @param accounts that take turns
 * @param shape of what is measured
 * @param warmUpSeconds of clients that come before and are not counted
 * @param warmUpRate of them, a second
 * @param sources addresses that clients come from, in as many networks 127.1.0.0/24, 127.1.1.0/24
 *     and so on; 1 for the machine's usual one
 * @param places conversations at once: each takes a descriptor
 * @param threads event loops
 * @param timeout of one attempt
 * @param patience how long after its arrival a client still begins another attempt
 * @param retriesPerSecond that are begun at most; the others stand in line
 */
public record LoadPlan(
    Target target,
    CredentialMint mint,
    OfferAppraisal appraisal,
    Population population,
    AddressBooks books,
    int accounts,
    LoadShape shape,
    Spacing spacing,
    int warmUpSeconds,
    double warmUpRate,
    int sources,
    int places,
    int threads,
    Duration timeout,
    RetryPolicy retry,
    Duration patience,
    double retriesPerSecond) {}
