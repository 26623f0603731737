package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.blindbook.client.Discovery;
import org.blindbook.client.DiscoveryClient;
import org.blindbook.client.DiscoveryException;
import org.blindbook.client.InsideTheClient;
import org.blindbook.client.InsideTheClient.Stored;
import org.blindbook.client.state.FileStateStore;
import org.blindbook.edge.identifier.Identifier;

/** An account whose connections go through a proxy that may do what it likes with them. */
final class Victim implements AutoCloseable {
  /** Contacts of an address book; the first two are registered. */
  static final int CONTACTS = 3;

  private final BlindedInstallation installation;
  private final Path folder;
  private final UUID account = UUID.randomUUID();
  private final byte[] stateKey = new byte[32];
  private final byte[] device = InsideTheClient.newDevice();
  final HostileProxy proxy;
  private int books;

  /**
   * @param folder for the states
   */
  Victim(BlindedInstallation installation, Path folder) throws Exception {
    this.installation = installation;
    this.folder = folder;
    this.proxy = new HostileProxy(installation.deployment.url());
  }

  /** A new address book with a state of its own, whose contacts are in no other. */
  Book nextBook() {
    return new Book(books++);
  }

  final class Book {
    private final int number;
    private final List<Identifier> contacts;

    private Book(int number) {
      this.number = number;
      contacts = new ArrayList<>(Numbers.identifiers(2 * number, 2 * number + 2));
      contacts.add(Numbers.identifier(800_000 + number));
    }

    /** All books are of one device. */
    private FileStateStore open() throws Exception {
      FileStateStore store = FileStateStore.open(folder.resolve("state" + number));
      if (store.load().isEmpty()) {
        String credential = installation.credential(account);
        InsideTheClient.begin(store, stateKey, proxy.url(), credential, device);
      }
      return store;
    }

    /** One discovery by a client that starts anew and connects to each service once. */
    private Discovery discover(UnaryOperator<DiscoveryClient.Builder> options) throws Exception {
      String credential = installation.credential(account);
      try (FileStateStore store = open()) {
        DiscoveryClient.Builder builder =
            DiscoveryClient.builder(proxy.url())
                .policy(installation.deployment.policy())
                .credentials(() -> credential)
                .stateStore(store)
                .stateKey(stateKey)
                .maxAttempts(1);
        return options.apply(builder).build().discover(contacts).toCompletableFuture().join();
      }
    }

    DiscoveryException fails(
        HostileProxy.Hosts host, UnaryOperator<DiscoveryClient.Builder> options) {
      proxy.host = host;
      Throwable thrown = catchThrowable(() -> discover(options));
      proxy.host = HostileProxy.Honest.EVERYWHERE;
      assertThat(thrown).isInstanceOf(CompletionException.class);
      return (DiscoveryException) thrown.getCause();
    }

    /** What the next start finds. */
    Stored stored() throws Exception {
      try (FileStateStore store = open()) {
        return InsideTheClient.stored(store, stateKey);
      }
    }

    /**
     * @return permits used
     */
    int succeeds() throws Exception {
      return succeeds(proxy.host, options -> options);
    }

    int succeeds(HostileProxy.Hosts host, UnaryOperator<DiscoveryClient.Builder> options)
        throws Exception {
      proxy.host = host;
      Discovery found = discover(options);
      assertThat(found.matches()).isEqualTo(Numbers.matches(2 * number, 2 * number + 2));
      assertThat(stored()).isEqualTo(new Stored(CONTACTS, 0));
      return found.permitsUsed();
    }
  }

  /** That every book made so far was paid once, or the account could not pay for what is left. */
  void assertEachBookPaidOnce(int alsoPaid) throws Exception {
    BlindedClient.assertPermitsLeft(
        installation, account, device, BlindedInstallation.PERMITS - books * CONTACTS - alsoPaid);
  }

  @Override
  public void close() throws Exception {
    proxy.close();
  }
}
