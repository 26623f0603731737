package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.blindbook.client.Discovery;
import org.blindbook.client.DiscoveryClient;
import org.blindbook.client.InsideTheClient;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.protocol.message.SizeClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** As many contacts as one discovery may have, within the limits that a server has by default. */
@ExtendWith(BlindedInstallation.Shared.class)
class LargestBookIT {
  private static final int REGISTERED = BlindedInstallation.REGISTERED;

  private final BlindedInstallation installation;

  LargestBookIT(BlindedInstallation installation) {
    this.installation = installation;
  }

  @Test
  void theLargestBookIsEvaluatedLookedUpAndPaidOnce() throws Exception {
    UUID account = UUID.randomUUID();
    DiscoveryClient client = installation.client(account).maxAttempts(1).build();
    List<Identifier> book = Numbers.identifiers(REGISTERED / 2, REGISTERED / 2 + SizeClass.LARGEST);
    for (int charged : new int[] {SizeClass.LARGEST, 0}) {
      Discovery found = client.discover(book).toCompletableFuture().join();
      assertThat(found.matches()).isEqualTo(Numbers.matches(REGISTERED / 2, REGISTERED));
      assertThat(found.permitsUsed()).isEqualTo(charged);
    }
    // The book fills its class, so another device has as many left.
    int left = BlindedInstallation.PERMITS - SizeClass.LARGEST;
    BlindedClient.assertPermitsLeft(installation, account, InsideTheClient.newDevice(), left);
  }
}
