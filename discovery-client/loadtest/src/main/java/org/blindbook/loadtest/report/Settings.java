package org.blindbook.loadtest.report;

/**
 * What was asked of a run, for who reads its report later.
 *
 * @param rate arrivals a second of the profile; 0 where a scale says it
 * @param scale of a surge; 0 for other profiles
 */
public record Settings(
    String profile,
    double rate,
    double scale,
    int seconds,
    String arrivals,
    String retry,
    String verify,
    long seed,
    int users,
    int accounts,
    int contacts,
    double registered,
    int warmUpSeconds,
    int timeoutSeconds,
    int inFlight,
    int threads) {}
