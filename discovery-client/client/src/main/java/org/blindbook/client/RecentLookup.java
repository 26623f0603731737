package org.blindbook.client;

import static org.blindbook.client.DiscoveryError.PROTOCOL_VIOLATION;
import static org.blindbook.client.DiscoveryProgress.Stage.LOOKING_UP;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.blindbook.client.RelyingParty.TrustedEnclave;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.edge.message.ReceivedTokenReply.Outcome;
import org.blindbook.protocol.lookup.EntryKind;
import org.blindbook.protocol.message.DiscoveryMode;

/**
 * A lookup among recent registrations, in either mode. Every contact is sent as new and costs a
 * permit of another kind, of which there are more; in blinded mode none. There is no token, and so
 * nothing to remember: who asks again pays again.
 */
final class RecentLookup {
  private final Setup setup;
  private final Set<Identifier> wanted;

  /** Of every request of this call: a repeated one costs nothing. */
  private final byte[] nonceOfRequest;

  private int permitsUsed;

  RecentLookup(Setup setup, Collection<Identifier> contacts) {
    this.setup = setup;
    this.wanted = new HashSet<>(contacts);
    this.nonceOfRequest = setup.randomBytes(ClientState.REQUEST_NONCE_BYTES);
  }

  int permitsUsed() {
    return permitsUsed;
  }

  /**
   * One connection. Contacts that were never evaluated are not looked up, and the request is as
   * large as if they were: that there are any the host need not know.
   *
   * @return empty when none was evaluated for the enclave's epoch
   */
  Optional<Map<Identifier, UUID>> over(LookupChannel channel, ClientState state)
      throws DiscoveryException {
    TrustedEnclave enclave = channel.enclave();
    boolean blinded = enclave.claims().mode() == DiscoveryMode.BLINDED;
    Map<LookupKey, Identifier> contacts =
        blinded ? evaluated(state.outputs(KeyEpoch.of(enclave.claims()))) : truncated();
    if (contacts.isEmpty()) {
      return Optional.empty();
    }
    LookupEntries entries = new LookupEntries();
    entries.add(contacts.keySet(), EntryKind.NEW);
    setup.progress().at(LOOKING_UP, entries.size());
    LookupChannel.Answer answer =
        channel.ask(
            entries.request(
                wanted.size(),
                enclave.claims().epoch(),
                state.retryNonce(nonceOfRequest),
                new byte[0]));
    Map<Identifier, UUID> matches = entries.matches(contacts, answer.results());
    ReceivedTokenReply reply = answer.reply();
    if (reply.outcome() == Outcome.REFUSED) {
      throw ServerAnswer.quotaExhausted(reply.retryAfterSeconds(), setup.random());
    } else if (!reply.granted()) {
      throw new DiscoveryException(
          PROTOCOL_VIOLATION, "The server refused a token that was not sent.");
    }
    permitsUsed += reply.charged();
    return Optional.of(matches);
  }

  private Map<LookupKey, Identifier> truncated() {
    Map<LookupKey, Identifier> contacts = new HashMap<>();
    wanted.forEach(contact -> contacts.put(LookupKey.truncated(contact), contact));
    return contacts;
  }

  private Map<LookupKey, Identifier> evaluated(EpochOutputs outputs) {
    Map<ContactName, Identifier> named = new HashMap<>();
    wanted.forEach(contact -> named.put(ContactName.of(contact), contact));
    return outputs.byKey(named);
  }
}
