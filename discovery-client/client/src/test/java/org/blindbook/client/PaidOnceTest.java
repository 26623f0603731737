package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.blindbook.enclave.fuzz.Sequences;
import org.junit.jupiter.api.Test;

/**
 * Several phones of several accounts, real enclaves, and mishaps at any step: connections are lost,
 * phones die, hosts and enclaves restart, phones of one account come between each other. A contact
 * is paid for once, as long as the ledger remembers; no account pays more than it has; and in the
 * end everybody finds whom they should.
 */
class PaidOnceTest {
  private static final int ACCOUNTS = 2;

  @Test
  void inTruncatedMode() {
    Sequences.run(25, random -> sequence(false, random));
  }

  @Test
  void inBlindedMode() {
    Sequences.run(10, random -> sequence(true, random));
  }

  private static void sequence(boolean blinded, SplittableRandom random) throws Exception {
    EnclaveService service = new EnclaveService(blinded);
    List<Phone> phones = new ArrayList<>();
    Mishaps mishaps = new Mishaps(random, new Surroundings(service, phones, random));
    service.suffers(mishaps);
    for (int account = 1; account <= ACCOUNTS; account++) {
      for (int i = random.nextInt(3); i >= 0; i--) {
        phones.add(new Phone(account, "phone" + phones.size(), service, mishaps));
      }
    }
    int most = blinded ? 40 : 300;
    mishaps.begin(4 + random.nextInt(40));
    for (int rounds = 4 + random.nextInt(blinded ? 6 : 12); rounds > 0; rounds--) {
      Phone phone = phones.get(random.nextInt(phones.size()));
      if (random.nextBoolean()) {
        int coming = random.nextInt(most - phone.size() + 1);
        phone.changeBook(random.nextInt(5), random.nextBoolean() ? coming / 4 : coming);
      }
      phone.tryToDiscover(random.nextBoolean() ? 1 : 4);
    }
    mishaps.end();
    assertThat(service.paid().values())
        .allSatisfy(paid -> assertThat(paid).isBetween(0L, ModelledLedger.CAPACITY));
    for (Phone phone : phones) {
      service.elapse();
      phone.assertRight(phone.discover(4));
      phone.assertPaidForItsBook(blinded);
      assertThat(phone.discover(1).permitsUsed()).isZero();
    }
    service.assertNobodyIsConnected();
  }

  /** What happens around the phone that a mishap falls on. */
  private record Surroundings(EnclaveService service, List<Phone> phones, SplittableRandom random)
      implements Mishaps.World {
    @Override
    public void restartEnclaves() throws Exception {
      service.restartEnclaves();
    }

    @Override
    public void restartHost() {
      service.restartHost();
    }

    @Override
    public void anotherPhone() {
      List<Phone> idle = phones.stream().filter(phone -> !phone.isBusy()).toList();
      if (!idle.isEmpty()) {
        idle.get(random.nextInt(idle.size())).tryToDiscover(1);
      }
    }
  }
}
