package org.blindbook.enclave.fuzz;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.blindbook.enclave.calls.AnsweredCalls;
import org.blindbook.enclave.calls.ModelledEnclave;

/** One enclave that lives through many sequences, each of which it has to forget. */
public final class FuzzedEnclave {
  private static final byte[] NONE = {};

  private final AnsweredCalls enclave;
  private final RepeatableRandom random;
  private final ModelledEnclave model;
  private final HostileHost host;
  private final HostileClient client;
  private RecordedClient recorded;

  /**
   * @param enclave admits clients, draws from {@code random} and goes by {@code clock}
   * @param work does what the enclave does by threads of its own otherwise
   */
  public FuzzedEnclave(
      AnsweredCalls enclave, RepeatableRandom random, HostsClock clock, Runnable work, Role role)
      throws Exception {
    this.enclave = enclave;
    this.random = random;
    this.model = new ModelledEnclave(enclave, random, work);
    this.host = new HostileHost(model, role, clock);
    this.client = new HostileClient(model, role);
    this.recorded = RecordedClient.of(enclave, random);
  }

  /** One sequence of a host's calls. */
  public void callsOfAHost(SplittableRandom seeded) throws Exception {
    host.run(recorded(), seeded);
  }

  /** One sequence of a client's messages. */
  public void messagesOfAClient(SplittableRandom seeded) throws Exception {
    client.run(recorded(), seeded);
  }

  /** A channel key serves for so many sessions; then the client has to shake hands again. */
  private RecordedClient recorded() throws Exception {
    if (!Arrays.equals(model.offer(NONE).digest(), recorded.claimsDigest())) {
      recorded = RecordedClient.of(enclave, random);
    }
    model.messagesAreFor(recorded.claimsDigest());
    return recorded;
  }
}
