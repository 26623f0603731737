package org.blindbook.client;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.client.RelyingParty.Accepted;
import org.blindbook.client.state.InMemoryStateStore;
import org.blindbook.client.state.StateStore;
import org.blindbook.client.transport.JdkWebSocketTransport;
import org.blindbook.client.transport.Transport;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.numbering.NumberingPlans;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which contacts of an address book are registered. The server's enclave is verified
 * before anything about contacts, even their number, leaves this process; the host that relays the
 * messages learns the size class of the address book and, in blinded mode, whether there are new
 * contacts and their size class; nothing else.
 *
 * <p>Thread-safe. Discoveries run one after the other: those of one client, and those of one
 * account, whichever clients of this process do them. Holds no thread and no connection between
 * them.
 */
public final class DiscoveryClient {
  /** An app that has more calls waiting does not wait for them, it makes them in a loop. */
  private static final int LONGEST_LINE = 16;

  private final Setup setup;
  private final Executor executor;
  private final Function<Collection<Identifier>, ContactForms> formsOf;
  private final AtomicInteger inLine = new AtomicInteger();
  private CompletableFuture<?> turn = CompletableFuture.completedFuture(null);

  private DiscoveryClient(
      Setup setup, Executor executor, Function<Collection<Identifier>, ContactForms> formsOf) {
    this.setup = setup;
    this.executor = executor;
    this.formsOf = formsOf;
  }

  /**
   * @param server the service's address, such as {@code https://contacts.example.org}
   */
  public static Builder builder(URI server) {
    return new Builder(server);
  }

  /**
   * Looks up the whole address book. Contacts of the last call that are missing from this one are
   * forgotten, and cost a permit again if they come back.
   *
   * <p>A connection that fails in a way that may pass is tried again a few times within the call,
   * as long as retries are at most a tenth of calls over time; a client that made none for long has
   * three in reserve. A call that failed, or never returned because the process ended, is picked up
   * by the next one; nothing is paid twice.
   *
   * <p>A call waits while another one of this client or account runs; it does not share its answer,
   * because the contacts may be others.
   *
   * <p>Cancelling the returned future, or completing it in any other way, stops the call: it ends
   * at once if it has not begun or waits, and closes its connection. The stored state stays
   * consistent, and the next call goes on from there. A stage that was derived from the future does
   * not stop it.
   *
   * <p>A phone number whose country's numbering plan changed is looked up under each number that
   * its subscriber had, at most {@value NumberingPlans#MAX_FORMS}, and is reported as it was given.
   * Each costs a permit; see {@link Builder#currentNumbersOnly}.
   *
   * @param contacts at most 32,768 different ones, with their former numbers
   * @leaks the size class of the address book, and in blinded mode that of the new contacts, to the
   *     host and the network
   * @return completes with the registered contacts, or exceptionally with a {@link
   *     DiscoveryException}
   */
  public CompletableFuture<Discovery> discover(Collection<Identifier> contacts) {
    return discover(contacts, false);
  }

  /**
   * Looks the address book up among the registrations that are new or have changed since the last
   * call of {@link #discover}, where the service has such a list: a small one, so an app may ask
   * for it as often as it likes to be up to date. Otherwise, and when {@link Builder#fullSyncEvery}
   * has passed, this is {@link #discover}; {@link Discovery#coverage} says which it was, and {@link
   * Discovery#addedTo} puts old and new together.
   *
   * <p>A contact that is missing from the answer has not changed, or has left, or was not in the
   * address book at the last full discovery: only a full one tells. Contacts that are new in the
   * address book are looked up among the recent registrations like all others, and in blinded mode
   * only from the next full discovery on. So which of the two is asked for depends on the time
   * alone, and tells nobody whether the address book has changed.
   *
   * <p>Each contact costs a permit of its own kind at each call, of which an account has several
   * times as many; in blinded mode it costs nothing. {@link #permits} is not of these.
   *
   * @param contacts as of {@link #discover}
   * @leaks as {@link #discover}, and the time of the last full discovery to the host
   * @return as of {@link #discover}
   */
  public CompletableFuture<Discovery> discoverRecent(Collection<Identifier> contacts) {
    return discover(contacts, true);
  }

  private CompletableFuture<Discovery> discover(Collection<Identifier> contacts, boolean recent) {
    List<Identifier> book = List.copyOf(contacts);
    return inTurn(
        () -> {
          ContactForms forms = formsOf.apply(book);
          return forms.named(DiscoveryRun.complete(setup, forms.toLookUp(), recent));
        });
  }

  /**
   * How many permits are left, as far as this device can know. Connects to nobody; waits while a
   * discovery of this client runs.
   *
   * @return completes with an estimate; with nothing before the first discovery, and where the
   *     service does not show its settings
   */
  public CompletableFuture<Optional<Permits>> permits() {
    return inTurn(() -> Permits.of(setup.states(), setup.clock().instant()));
  }

  private <T> CompletableFuture<T> inTurn(StoppableCall.Work<T> work) {
    StoppableCall<T> call = new StoppableCall<>(work);
    if (inLine.incrementAndGet() > LONGEST_LINE) {
      inLine.decrementAndGet();
      call.completeExceptionally(
          new DiscoveryException(
              DiscoveryError.TOO_MANY_CALLS,
              "There are already "
                  + LONGEST_LINE
                  + " calls of this client under way: wait for one to end."));
      return call;
    }
    synchronized (this) {
      turn = turn.handleAsync((done, failed) -> call.run(), executor);
      // Also of an executor that takes no more tasks.
      turn.whenComplete(
          (done, failed) -> {
            inLine.decrementAndGet();
            if (failed != null) {
              call.completeExceptionally(failed);
            }
          });
    }
    return call;
  }

  /** Collects what a client needs. Policy and credentials have no default. */
  public static final class Builder {
    private final URI server;
    private boolean plaintextAllowed;
    private @Nullable EvidenceVerifier verifier;
    private @Nullable Supplier<String> credentials;
    private @Nullable URI evaluator;
    private @Nullable EvidenceVerifier evaluatorVerifier;
    private @Nullable Supplier<String> evaluatorCredentials;
    private StateStore store = new InMemoryStateStore();
    private byte @Nullable [] stateKey;
    private DiscoveryProgress progress = (stage, contacts) -> {};
    private @Nullable Transport transport;
    private Executor executor = Builder::startThread;
    private Duration connect = Duration.ofSeconds(10);
    private Duration response = Duration.ofSeconds(30);
    private Duration fullSyncEvery = Duration.ofDays(7);
    private Function<Collection<Identifier>, ContactForms> formsOf = ContactForms::all;
    private Retries retries = Retries.DEFAULT;
    private Retries.Pause pause = duration -> Thread.sleep(duration.toMillis());
    private Clock clock = Clock.systemUTC();
    private SecureRandom random = new SecureRandom();

    private Builder(URI server) {
      this.server = Objects.requireNonNull(server);
    }

    private static void startThread(Runnable discovery) {
      Thread thread = new Thread(discovery, "blindbook-discovery");
      thread.setDaemon(true);
      thread.start();
    }

    /**
     * Which enclaves the client talks to. A policy that names keys of an evaluator means blinded
     * mode, one that names none truncated mode; a service in the other mode is refused.
     */
    public Builder policy(AppraisalPolicy policy) {
      return verifier(new PolicyVerifier(policy));
    }

    /**
     * Where short-lived credentials come from. Asked before each connection, on the executor's
     * thread: it may block, and should return a credential that is still good for a minute.
     */
    public Builder credentials(Supplier<String> newCredentials) {
      credentials = newCredentials;
      return this;
    }

    /**
     * Where the client remembers what it has paid for. Without one it forgets with this object, and
     * the next client pays for every contact again.
     */
    public Builder stateStore(StateStore newStore) {
      store = newStore;
      return this;
    }

    /**
     * Encrypts what the state store gets. In blinded mode that is the link between contacts and
     * their lookup keys, which nobody else has: keep the key where the platform keeps keys, not
     * beside the state. A state of truncated mode that was stored in clear is still read, and
     * encrypted when it is written next.
     *
     * @param key 32 random bytes, copied; without one, states are stored in clear
     */
    public Builder stateKey(byte[] key) {
      if (key.length != StateCipher.KEY_BYTES) {
        throw new IllegalArgumentException("the key of the state has 32 bytes");
      }
      stateKey = key.clone();
      return this;
    }

    /**
     * Where contacts are evaluated, when another server does that; by default the one that looks up
     * does both, with two enclaves. The client then accepts no service in truncated mode.
     *
     * @param address such as {@code https://evaluator.example.net}
     * @param policy which enclaves may evaluate, and their keys; often another operator's
     * @param newCredentials as {@link #credentials}, of the account at the evaluator
     */
    public Builder evaluator(URI address, AppraisalPolicy policy, Supplier<String> newCredentials) {
      return evaluator(address, new PolicyVerifier(policy), newCredentials);
    }

    Builder evaluator(URI address, EvidenceVerifier newVerifier, Supplier<String> newCredentials) {
      evaluator = Objects.requireNonNull(address);
      evaluatorVerifier = newVerifier;
      evaluatorCredentials = Objects.requireNonNull(newCredentials);
      return this;
    }

    /** Told what the client does next; a large address book takes seconds in blinded mode. */
    public Builder progress(DiscoveryProgress listener) {
      progress = listener;
      return this;
    }

    /** How to reach the server; by default a {@link JdkWebSocketTransport}. */
    public Builder transport(Transport newTransport) {
      transport = newTransport;
      return this;
    }

    /**
     * Runs each discovery as one task, which blocks while it waits for the network. By default each
     * gets a daemon thread of its own.
     */
    public Builder executor(Executor newExecutor) {
      executor = newExecutor;
      return this;
    }

    /** How long opening a connection, and then the server's offer, may take; 10 seconds each. */
    public Builder connectTimeout(Duration timeout) {
      connect = timeout;
      return this;
    }

    /** How long each later message of the server may take; 30 seconds by default. */
    public Builder responseTimeout(Duration timeout) {
      response = timeout;
      return this;
    }

    /**
     * How often one call connects at most before it reports a failure; 4 by default. More do not
     * make it more persistent than the retry budget is: see {@link DiscoveryClient#discover}.
     */
    public Builder maxAttempts(int attempts) {
      if (attempts < 1) {
        throw new IllegalArgumentException("a discovery needs at least one attempt");
      }
      retries = new Retries(attempts, retries.firstPause(), retries.longestPause());
      return this;
    }

    /**
     * How long after a full discovery {@link DiscoveryClient#discoverRecent} may do without
     * another; 7 days by default. Who has left is found out by a full one only.
     */
    public Builder fullSyncEvery(Duration interval) {
      fullSyncEvery = interval;
      return this;
    }

    /**
     * Looks up phone numbers of changed numbering plans under today's number only, for one permit.
     * Right for a service whose registrations were all loaded by {@code blindbook load}, which
     * registers people under today's number whichever it is given; elsewhere it misses who is
     * registered under a former one.
     */
    public Builder currentNumbersOnly() {
      formsOf = ContactForms::currentOnly;
      return this;
    }

    /** Tells the time that evidence is judged by; the system's clock by default. */
    public Builder clock(Clock newClock) {
      clock = newClock;
      return this;
    }

    /**
     * Lets a connection without TLS leave this machine. Contacts stay inside the enclave's channel
     * either way, but whoever sees the credential can spend the account's permits.
     */
    public Builder allowPlaintext() {
      plaintextAllowed = true;
      return this;
    }

    Builder verifier(EvidenceVerifier newVerifier) {
      verifier = newVerifier;
      return this;
    }

    Builder pause(Retries.Pause newPause) {
      pause = newPause;
      return this;
    }

    Builder random(SecureRandom newRandom) {
      random = newRandom;
      return this;
    }

    /**
     * @throws IllegalArgumentException when the server's address cannot be used
     * @throws NullPointerException without a policy or credentials
     */
    public DiscoveryClient build() {
      EvidenceVerifier policy = Objects.requireNonNull(verifier, "a client needs a policy");
      boolean blinded = evaluator != null || !policy.epochs().isEmpty();
      RelyingParty party =
          new RelyingParty(policy, blinded ? Accepted.BLINDED_LOOKUPS : Accepted.TRUNCATED_LOOKUPS);
      Setup setup =
          new Setup(
              lookups(Paths.DISCOVERY, party),
              new Recents(lookups(Paths.RECENT, party.ofRecent()), fullSyncEvery),
              blinded ? evaluatingService() : null,
              new StateFile(store, new StateCipher(stateKey, random)),
              transport == null ? jdkTransport() : transport,
              connect,
              response,
              retries,
              pause,
              clock,
              random,
              progress);
      return new DiscoveryClient(setup, executor, formsOf);
    }

    private Service lookups(String path, RelyingParty party) {
      return new Service(
          ServerAddress.endpoint(server, path, plaintextAllowed),
          party,
          Objects.requireNonNull(credentials, "a client needs credentials"));
    }

    /** The one that was named, or the same server's. */
    private Service evaluatingService() {
      URI address = evaluator == null ? server : evaluator;
      return new Service(
          ServerAddress.endpoint(address, Paths.EVALUATION, plaintextAllowed),
          new RelyingParty(
              Objects.requireNonNull(evaluator == null ? verifier : evaluatorVerifier),
              Accepted.EVALUATIONS),
          Objects.requireNonNull(evaluator == null ? credentials : evaluatorCredentials));
    }

    /** Alone in a method, so that runtimes without java.net.http never load the class. */
    private static Transport jdkTransport() {
      return new JdkWebSocketTransport();
    }
  }
}
