package org.blindbook.auditor.machinecode.stepped;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.blindbook.edge.message.DiscoveryRequestWriter;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.EntryKind;
import org.blindbook.protocol.message.MalformedMessageException;

/**
 * What a request is asked before it may be looked up: its form, the sets of its contacts, and
 * whether its token covers those that were paid for.
 */
final class TokenSubjects {
  private static final int CAPACITY = 64;
  private static final int PAID = 40;

  /** How entries and token differ; the token covers the first {@link #PAID} entries. */
  private static final List<String> REQUESTS =
      List.of(
          "valid",
          "no token, all new",
          "first byte of the MAC",
          "last byte of the MAC",
          "a contact too many",
          "half discarded",
          "empty");

  private final byte[] account = new byte[32];
  private final byte[] encoded = new byte[DiscoveryRequest.length(CAPACITY)];
  private final byte[] token = new byte[DiscoveryRequest.TOKEN_BYTES];
  private final byte[][] requests = new byte[REQUESTS.size()][];

  List<Subject> all() throws ReflectiveOperationException {
    Object hasher = Enclave.create("tokens.RequestSets$Hasher", PermitSubjects.key(3));
    Object tokens = Enclave.create("tokens.Token", PermitSubjects.key(4), new SecureRandom());
    Object paid = Enclave.call(Enclave.call(hasher, "hash", decode(request(0, token))), "paid");
    byte[] issued = (byte[]) Enclave.call(tokens, "issue", account, paid);
    for (int i = 0; i < requests.length; i++) {
      requests[i] = request(i, issued.clone());
    }
    System.arraycopy(requests[0], 0, encoded, 0, encoded.length);
    DiscoveryRequest asked = decode(encoded);
    return List.of(
        Subject.of(
            "requests: form and sets",
            REQUESTS,
            this::load,
            List.of(dropped(decoding()), Enclave.bound(hasher, "hash", asked))),
        Subject.of("tokens: covers", REQUESTS, this::load, List.of(covers(tokens, hasher, asked))));
  }

  private void load(int input) {
    System.arraycopy(requests[input], 0, encoded, 0, encoded.length);
    System.arraycopy(encoded, DiscoveryRequest.TOKEN_AT, token, 0, token.length);
  }

  private static DiscoveryRequest decode(byte[] encoded) throws ReflectiveOperationException {
    try {
      return DiscoveryRequest.decode(encoded);
    } catch (MalformedMessageException e) {
      throw new ReflectiveOperationException("requests have another form", e);
    }
  }

  private static byte[] request(int input, byte[] issued) {
    switch (input) {
      case 1 -> Arrays.fill(issued, (byte) 0);
      case 2 -> issued[32] ^= 1;
      case 3 -> issued[63] ^= 1;
      default -> {}
    }
    DiscoveryRequestWriter writer =
        new DiscoveryRequestWriter(CAPACITY, 0, new byte[DiscoveryRequest.NONCE_BYTES], issued);
    Random random = new Random(1);
    for (int i = 0; i < CAPACITY; i++) {
      writer.set(i, random.nextLong(), random.nextLong(), kind(input, i));
    }
    return writer.encoded();
  }

  private static EntryKind kind(int input, int i) {
    return switch (input) {
      case 1 -> EntryKind.NEW;
      case 4 -> i <= PAID ? EntryKind.PREV : EntryKind.NEW;
      case 5 -> i >= PAID ? EntryKind.EMPTY : i % 2 == 0 ? EntryKind.PREV : EntryKind.DISCARD;
      case 6 -> EntryKind.EMPTY;
      default -> i < PAID ? EntryKind.PREV : EntryKind.NEW;
    };
  }

  private MethodHandle decoding() throws ReflectiveOperationException {
    MethodHandle decode =
        MethodHandles.lookup()
            .findStatic(
                DiscoveryRequest.class,
                "decode",
                MethodType.methodType(DiscoveryRequest.class, byte[].class));
    return MethodHandles.insertArguments(decode, 0, encoded);
  }

  /** The sets are made when it is called, as in a session. */
  private MethodHandle covers(Object tokens, Object hasher, DiscoveryRequest asked)
      throws ReflectiveOperationException {
    MethodHandle hash =
        MethodHandles.insertArguments(
            Enclave.handle("tokens.RequestSets$Hasher", "hash").bindTo(hasher), 0, asked);
    MethodHandle paid =
        MethodHandles.filterReturnValue(hash, Enclave.getter("tokens.RequestSets", "paid"));
    MethodHandle covers =
        MethodHandles.insertArguments(
            Enclave.handle("tokens.Token", "covers").bindTo(tokens), 0, token, account);
    return dropped(MethodHandles.foldArguments(covers, paid));
  }

  private static MethodHandle dropped(MethodHandle handle) {
    return handle.asType(MethodType.methodType(void.class));
  }
}
