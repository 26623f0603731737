package org.blindbook.edge.endpoint;

/** The paths of a discovery server. */
public final class Paths {
  /** WebSocket to the enclave that looks up. */
  public static final String DISCOVERY = "/v1/discovery";

  /** WebSocket to the enclave that evaluates, in mode blinded. */
  public static final String EVALUATION = "/v1/evaluation";

  /** WebSocket to the enclave that looks up among recent registrations. */
  public static final String RECENT = "/v1/recent";

  /** The lookup enclave's offer, for somebody who only verifies. */
  public static final String DISCOVERY_OFFER = "/v1/offer";

  /** The evaluator enclave's offer. */
  public static final String EVALUATION_OFFER = "/v1/evaluation/offer";

  /** The offer of the enclave of recent registrations. */
  public static final String RECENT_OFFER = "/v1/recent/offer";

  /** Evaluations for loaders. */
  public static final String BULK_EVALUATION = "/v1/evaluations";

  public static final String LIVE = "/health/live";
  public static final String READY = "/health/ready";

  private Paths() {}
}
