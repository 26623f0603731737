package org.blindbook.edge.endpoint;

/** What clients and loaders say in HTTP headers and queries. */
public final class Headers {
  public static final String AUTHORIZATION = "Authorization";

  /** In a refusal, the scheme of the credential that is wanted. */
  public static final String WWW_AUTHENTICATE = "WWW-Authenticate";

  /** The scheme of a client's credential. */
  public static final String CLIENT_SCHEME = "Blindbook";

  /** The scheme of a loader's credential. */
  public static final String LOADER_SCHEME = "Blindbook-Load";

  /** The client's freshness nonce, 64 hexadecimal digits. */
  public static final String NONCE = "Blindbook-Nonce";

  /** SHA-256 of the collateral that the client holds, 64 hexadecimal digits. */
  public static final String COLLATERAL = "Blindbook-Collateral";

  /** The epochs that the client can use, as {@code 1,2}. */
  public static final String EPOCHS = "Blindbook-Epochs";

  /**
   * At {@link Paths#RECENT}: since when the client wants to know of every change, seconds since
   * 1970.
   */
  public static final String SINCE = "Blindbook-Since";

  /** How many epochs a client may name. */
  public static final int MAX_EPOCHS = 8;

  public static final String RETRY_AFTER = "Retry-After";

  /** Of an offer's query: as {@link #NONCE}. */
  public static final String NONCE_PARAMETER = "nonce";

  /** Of an offer's query: as {@link #EPOCHS}. */
  public static final String EPOCH_PARAMETER = "epoch";

  private Headers() {}
}
