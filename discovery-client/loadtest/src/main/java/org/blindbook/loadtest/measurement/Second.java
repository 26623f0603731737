package org.blindbook.loadtest.measurement;

/**
 * One second of a run.
 *
 * @param number from 0
 * @param counts what happened in it
 * @param answers from arrival to the right answers that came in it
 * @param underWay attempts at its end
 */
public record Second(int number, Counts counts, Quantiles answers, long underWay) {}
