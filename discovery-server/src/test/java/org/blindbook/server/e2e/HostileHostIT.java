package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.client.DiscoveryError.NETWORK;
import static org.blindbook.client.DiscoveryError.PROTOCOL_VIOLATION;
import static org.blindbook.client.DiscoveryError.UNTRUSTED_SERVER;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.blindbook.client.DiscoveryError;
import org.blindbook.client.DiscoveryException;
import org.blindbook.client.InsideTheClient.Stored;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.protocol.message.Claims;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each message of a blinded discovery, in either direction, changed by whoever carries it. All
 * cases are of one account: in the end it has paid for each of its contacts once.
 */
@ExtendWith(BlindedInstallation.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileHostIT {
  private static final int CONTACTS = Victim.CONTACTS;

  /** For answers that come: other tests run beside this one. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** For a message that is lost: nobody answers. */
  private static final Duration PATIENCE_WITH_NOTHING = Duration.ofSeconds(1);

  /** The claims of an offer, each bit of which the evidence vouches for. */
  private static final int CLAIMS_AT = 48;

  private final BlindedInstallation installation;
  private final Random random = new Random(20_261_122);
  private Victim victim;

  /** What honest connections carried, to be played again in others. */
  private final Map<Service, Carrier> earlier = new EnumMap<>(Service.class);

  HostileHostIT(BlindedInstallation installation) {
    this.installation = installation;
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    victim = new Victim(installation, folder);
    for (Service service : Service.values()) {
      earlier.put(service, new Carrier(service, null));
    }
    HostileProxy.Hosts honest = path -> earlier.get(Service.at(path));
    assertThat(victim.nextBook().succeeds(honest, options -> options)).isEqualTo(CONTACTS);
    for (Carrier each : earlier.values()) {
      for (Direction direction : Direction.values()) {
        assertThat(each.messages(direction)).hasSize(direction.messages());
      }
    }
  }

  @AfterAll
  void nothingWasPaidTwice() throws Exception {
    victim.close();
    victim.assertEachBookPaidOnce(0);
  }

  /** The enclaves that a discovery goes to, in this order, each by a connection of its own. */
  private enum Service {
    EVALUATION(Paths.EVALUATION),
    LOOKUP(Paths.DISCOVERY);

    private final String path;

    Service(String path) {
      this.path = path;
    }

    static Service at(String path) {
      return Stream.of(values()).filter(s -> s.path.equals(path)).findFirst().orElseThrow();
    }
  }

  private enum Direction {
    /** Offer, handshake 2, token reply, evaluation reply or results. */
    TO_CLIENT,
    /** Handshake 1, request, acknowledgement. */
    TO_SERVER;

    int messages() {
      return this == TO_CLIENT ? 4 : 3;
    }
  }

  private enum Tampering {
    ONE_BIT,
    CUT,
    TWICE,
    THE_ONE_BEFORE_AGAIN,
    OF_AN_EARLIER_CONNECTION,
    THE_END_INSTEAD,
    LOST
  }

  private record Case(Service service, Direction direction, int step, Tampering tampering) {
    static Stream<Case> all() {
      List<Case> all = new ArrayList<>();
      for (Service service : Service.values()) {
        for (Direction direction : Direction.values()) {
          for (int step = 0; step < direction.messages(); step++) {
            for (Tampering tampering : Tampering.values()) {
              all.add(new Case(service, direction, step, tampering));
            }
          }
        }
      }
      return all.stream().filter(Case::matters);
    }

    private boolean matters() {
      return switch (tampering) {
        case THE_ONE_BEFORE_AGAIN -> step > 0;
        // Nobody waits for more than the last message.
        case TWICE -> step < direction.messages() - 1;
        // The client waits its patience out, so only where money is at stake.
        case LOST -> service == Service.EVALUATION && step >= 2;
        default -> true;
      };
    }

    private boolean toClient() {
      return direction == Direction.TO_CLIENT;
    }

    /** Until the end of the handshake the client knows no enclave. */
    private boolean beforeTrust() {
      return toClient() && step <= (tampering == Tampering.TWICE ? 0 : 1);
    }

    Set<DiscoveryError> expected() {
      if (tampering == Tampering.LOST) {
        // After its last message the server ends the connection: that comes in its place.
        boolean last = step == direction.messages() - 1;
        return EnumSet.of(toClient() && last ? PROTOCOL_VIOLATION : NETWORK);
      } else if (tampering == Tampering.THE_END_INSTEAD) {
        return EnumSet.of(PROTOCOL_VIOLATION);
      } else if (toClient() && step == 0 && tampering != Tampering.TWICE) {
        // Claims with another bit may be claims of no form that the client knows.
        return tampering == Tampering.OF_AN_EARLIER_CONNECTION
            ? EnumSet.of(UNTRUSTED_SERVER)
            : EnumSet.of(UNTRUSTED_SERVER, PROTOCOL_VIOLATION);
      }
      return EnumSet.of(beforeTrust() ? UNTRUSTED_SERVER : PROTOCOL_VIOLATION);
    }

    Duration patience() {
      return tampering == Tampering.LOST ? PATIENCE_WITH_NOTHING : PATIENCE;
    }

    /** A message that comes twice is taken once, and how far the two get then is chance. */
    private boolean isRace() {
      return service == Service.EVALUATION
          && tampering == Tampering.TWICE
          && (!toClient() || step == 1);
    }

    /** Whether the evaluator had its request, and so has charged for it. */
    boolean charged() {
      return service == Service.LOOKUP || step >= 2;
    }

    Stored stored() {
      if (service == Service.LOOKUP) {
        return new Stored(CONTACTS, 0);
      }
      boolean asked = step >= (toClient() ? 2 : 1);
      return new Stored(0, asked ? CONTACTS : 0);
    }

    @Override
    public String toString() {
      return service + " " + direction + " " + step + " " + tampering;
    }
  }

  /** Carries the messages of one connection, and does to one of them what the case says. */
  private final class Carrier implements HostileProxy.Host {
    private final Service service;
    private final Case its;
    private final List<List<byte[]>> messages = List.of(new ArrayList<>(), new ArrayList<>());

    Carrier(Service service, Case its) {
      this.service = service;
      this.its = its;
    }

    synchronized List<byte[]> messages(Direction direction) {
      return List.copyOf(messages.get(direction.ordinal()));
    }

    @Override
    public void fromServer(byte[] message, HostileProxy.Wire wire) {
      carried(Direction.TO_CLIENT, message, wire).forEach(wire::toClient);
    }

    @Override
    public void fromClient(byte[] message, HostileProxy.Wire wire) {
      carried(Direction.TO_SERVER, message, wire).forEach(wire::toServer);
    }

    private synchronized List<byte[]> carried(
        Direction direction, byte[] message, HostileProxy.Wire wire) {
      List<byte[]> seen = messages.get(direction.ordinal());
      int step = seen.size();
      seen.add(message.clone());
      if (its == null || its.service != service || its.direction != direction || its.step != step) {
        return List.of(message);
      }
      return switch (its.tampering) {
        case ONE_BIT -> List.of(withOneBitFlipped(message, direction, step));
        case CUT -> List.of(Arrays.copyOf(message, message.length - 1));
        case TWICE -> List.of(message, message);
        case THE_ONE_BEFORE_AGAIN -> List.of(seen.get(step - 1));
        case OF_AN_EARLIER_CONNECTION ->
            List.of(earlier.get(service).messages(direction).get(step));
        case THE_END_INSTEAD -> {
          wire.end();
          yield List.of();
        }
        case LOST -> List.of();
      };
    }

    private byte[] withOneBitFlipped(byte[] message, Direction direction, int step) {
      boolean offer = direction == Direction.TO_CLIENT && step == 0;
      int bit = random.nextInt((offer ? Claims.BYTES : message.length) * Byte.SIZE);
      message[(offer ? CLAIMS_AT : 0) + bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      return message;
    }
  }

  static Stream<Case> cases() {
    return Case.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isRefusedAndTheNextDiscoveryGoesOn(Case each) throws Exception {
    Victim.Book book = victim.nextBook();
    DiscoveryException failure =
        book.fails(
            path -> new Carrier(Service.at(path), each),
            options -> options.responseTimeout(each.patience()).connectTimeout(each.patience()));
    assertThat(failure.error()).as(failure.getMessage()).isIn(each.expected());
    Stored stored = book.stored();
    int paidLater = book.succeeds();
    if (each.isRace()) {
      assertThat(stored).isIn(new Stored(0, 0), new Stored(0, CONTACTS), new Stored(CONTACTS, 0));
      assertThat(paidLater).isIn(0, CONTACTS);
    } else {
      assertThat(stored).isEqualTo(each.stored());
      assertThat(paidLater).isEqualTo(each.charged() ? 0 : CONTACTS);
    }
  }
}
