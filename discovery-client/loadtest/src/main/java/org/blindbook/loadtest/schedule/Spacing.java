package org.blindbook.loadtest.schedule;

/** How arrivals are spread over time. */
public enum Spacing {
  /** As those of many people who know nothing of each other: a Poisson process. */
  POISSON,
  /** At equal distances. */
  EVEN
}
