package org.blindbook.enclave.fuzz;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.blindbook.edge.message.AcknowledgementWriter;
import org.blindbook.enclave.calls.ModelledEnclave.Message;
import org.blindbook.enclave.calls.ModelledEnclave.Place;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.noise.Handshake;
import org.blindbook.protocol.noise.SecureChannel;

/** What a client sends that may be anything. */
final class ClientMessages {
  /** Some of which a reader could mistake for a message. */
  private static final int[] LENGTHS = {
    0, 1, 15, 16, 17, 32, 33, 1_216, 1_631, 1_633, 2_112, SecureChannel.sealedLength(65_600)
  };

  private static final Place[] PLACES = {Place.HANDSHAKE, Place.REQUEST, Place.ACKNOWLEDGEMENT};

  private final Role role;

  ClientMessages(Role role) {
    this.role = role;
  }

  /** One that an honest client sends there; the handshake's again where nothing is expected. */
  Message honest(RecordedClient client, Place place, SplittableRandom random) {
    return switch (place) {
      case REQUEST -> sealedRequest(client, role.request(random));
      case ACKNOWLEDGEMENT -> new Message(client.acknowledgement(), place, SessionEnd.COMPLETE);
      case HANDSHAKE, NOWHERE -> new Message(client.handshake(), Place.HANDSHAKE, SessionEnd.OPEN);
    };
  }

  private Message sealedRequest(RecordedClient client, byte[] plaintext) {
    return new Message(client.request(plaintext), Place.REQUEST, role.endOf(plaintext.clone()));
  }

  /** One that is sealed as it should be, and says what it likes. */
  private Message genuine(RecordedClient client, Place place, SplittableRandom random) {
    return switch (place) {
      case REQUEST -> {
        byte[] request = role.request(random);
        yield sealedRequest(
            client,
            random.nextInt(4) == 0 ? Damage.to(request, random) : Damage.within(request, random));
      }
      case ACKNOWLEDGEMENT -> {
        byte[] plaintext = Damage.to(AcknowledgementWriter.encode(), random);
        yield new Message(client.acknowledgement(plaintext), place, SessionEnd.BAD_REQUEST);
      }
      case HANDSHAKE, NOWHERE -> honest(client, place, random);
    };
  }

  /** Any message, for a session that expects one at this place. */
  Message any(RecordedClient client, Place expected, SplittableRandom random) {
    return switch (random.nextInt(8)) {
      case 0 -> honest(client, PLACES[random.nextInt(PLACES.length)], random);
      case 1, 2 -> genuine(client, expected, random);
      case 3, 4 -> {
        byte[] damaged = Damage.to(honest(client, expected, random).bytes(), random);
        yield new Message(damaged, Place.NOWHERE, SessionEnd.BAD_REQUEST);
      }
      case 5 -> made(Handshake.MESSAGE_BYTES, random);
      default -> made(LENGTHS[random.nextInt(LENGTHS.length)], random);
    };
  }

  /** Noise, or all bytes alike: points of small order are among these. */
  private static Message made(int length, SplittableRandom random) {
    byte[] bytes = new byte[length];
    if (random.nextBoolean()) {
      random.nextBytes(bytes);
    } else {
      Arrays.fill(bytes, (byte) (random.nextInt(3) - 1));
    }
    return new Message(bytes, Place.NOWHERE, SessionEnd.BAD_REQUEST);
  }
}
