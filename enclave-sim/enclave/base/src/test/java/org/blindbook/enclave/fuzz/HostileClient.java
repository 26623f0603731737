package org.blindbook.enclave.fuzz;

import java.util.List;
import java.util.SplittableRandom;
import org.blindbook.enclave.calls.ModelledEnclave;
import org.blindbook.enclave.calls.ModelledEnclave.Ledger;
import org.blindbook.enclave.calls.ModelledEnclave.Message;
import org.blindbook.enclave.calls.ModelledEnclave.Place;

/** Sends any messages through a host that does what it should. */
final class HostileClient {
  private static final byte[] NONE = {};
  private static final int ACCOUNT = 1;

  private final ModelledEnclave enclave;
  private final Role role;
  private final ClientMessages messages;

  HostileClient(ModelledEnclave enclave, Role role) {
    this.enclave = enclave;
    this.role = role;
    this.messages = new ClientMessages(role);
  }

  /** One connection or two, after which nothing of them is left. */
  void run(RecordedClient client, SplittableRandom random) {
    long session = enclave.open(ACCOUNT, NONE);
    int sent = 1 + random.nextInt(6);
    // How many of the first are honest; what comes after a handshake takes longest.
    int honest = random.nextInt(3) == 0 ? random.nextInt(4) : 0;
    for (int i = 0; i < sent; i++) {
      Place expected = enclave.expected(session);
      Message message =
          i < honest
              ? messages.honest(client, expected, random)
              : messages.any(client, expected, random);
      enclave.receive(session, message, ledger());
      if (random.nextBoolean()) {
        enclave.work();
      }
    }
    enclave.check();
    role.leave(enclave);
    enclave.leave();
  }

  private Ledger ledger() {
    List<Ledger> ledgers = enclave.ledgers();
    return ledgers.isEmpty() ? Ledger.EMPTY : ledgers.getLast();
  }
}
