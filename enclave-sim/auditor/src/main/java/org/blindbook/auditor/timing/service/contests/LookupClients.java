package org.blindbook.auditor.timing.service.contests;

import static org.blindbook.auditor.timing.service.contests.ServiceContest.require;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.blindbook.auditor.timing.service.Sample;
import org.blindbook.auditor.timing.service.client.Account;
import org.blindbook.auditor.timing.service.client.Clients;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.edge.message.DiscoveryRequestWriter;
import org.blindbook.edge.message.ReceivedResults;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.protocol.lookup.EntryKind;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.SizeClass;

/** Clients that look contacts up in mode truncated, and check what they are told. */
final class LookupClients {
  /** Contacts of a request: as many as the smallest size class holds. */
  static final int CONTACTS = SizeClass.SMALLEST;

  private static final byte[] NO_TOKEN = {};

  private final Clients clients;

  LookupClients(Clients clients) {
    this.clients = clients;
  }

  /** Contacts that an account has paid for, with the proof. */
  record Book(Account account, List<LookupKey> keys, byte[] token) {
    @Override
    public String toString() {
      return "Book[hidden]";
    }
  }

  /** Has an account pay for contacts. */
  Book pay(Account account, List<LookupKey> keys) throws IOException {
    ReceivedTokenReply reply = askNew(account, CONTACTS, keys).replies().getFirst();
    require(reply.granted() && reply.charged() == keys.size(), "contacts were not charged");
    return new Book(account, keys, reply.token());
  }

  /** Asks for contacts as new ones, which are to be paid. */
  Clients.Answers askNew(Account account, int capacity, List<LookupKey> keys) throws IOException {
    return clients.ask(
        account, request(capacity, keys, EntryKind.NEW, account.retryNonce(), NO_TOKEN));
  }

  /** Asks for nothing, in a request of this size class. */
  void askNothing(Account account, int capacity) throws IOException {
    ReceivedTokenReply reply = askNew(account, capacity, List.of()).replies().getFirst();
    require(reply.granted() && reply.charged() == 0, "a request for nobody was charged");
  }

  /** Has an account pay all its permits for contacts that nobody has, in a request of as many. */
  void spend(Account account, int permits, Random random) throws IOException {
    List<LookupKey> keys = new ArrayList<>(permits);
    byte[] key = new byte[LookupKey.BYTES];
    for (int i = 0; i < permits; i++) {
      random.nextBytes(key);
      keys.add(LookupKey.ofBytes(key));
    }
    ReceivedTokenReply reply = askNew(account, permits, keys).replies().getFirst();
    require(reply.granted() && reply.charged() == permits, "contacts were not charged");
  }

  /** Looks a book up that is paid. */
  Sample lookUp(Book book, int capacity, int found, Clients.Delay delay) throws IOException {
    return lookUp(List.of(book), capacity, found, delay);
  }

  /**
   * Looks books up at the same time.
   *
   * @param found of each, contacts that are registered
   */
  Sample lookUp(List<Book> books, int capacity, int found, Clients.Delay delay) throws IOException {
    List<Clients.Question> questions = new ArrayList<>();
    for (Book book : books) {
      questions.add(new Clients.Question(book.account(), request(book, capacity)));
    }
    Clients.Answers answers = clients.ask(questions, delay);
    for (int i = 0; i < books.size(); i++) {
      ReceivedTokenReply reply = answers.replies().get(i);
      require(reply.granted() && reply.charged() == 0, "contacts that are paid were not granted");
      require(found(answers.results().get(i), capacity) == found, "others were found");
    }
    return answers.sample();
  }

  private static byte[] request(Book book, int capacity) {
    return request(
        capacity, book.keys(), EntryKind.PREV, book.account().retryNonce(), book.token());
  }

  private static byte[] request(
      int capacity, List<LookupKey> keys, EntryKind kind, byte[] retryNonce, byte[] token) {
    DiscoveryRequestWriter request = new DiscoveryRequestWriter(capacity, 0, retryNonce, token);
    for (int i = 0; i < keys.size(); i++) {
      request.set(i, keys.get(i).hi(), keys.get(i).lo(), kind);
    }
    return request.encoded();
  }

  /** Asks for a book whose proof may be wrong; whatever is granted is the caller's to check. */
  Clients.Answers ask(Book book) throws IOException {
    return clients.ask(book.account(), request(book, CONTACTS));
  }

  /** How many entries of a result have an account. */
  static int found(byte[] results, int capacity) throws IOException {
    try {
      ReceivedResults received = ReceivedResults.decode(results, capacity);
      int found = 0;
      for (int i = 0; i < capacity; i++) {
        found += received.account(i).isPresent() ? 1 : 0;
      }
      return found;
    } catch (MalformedMessageException e) {
      throw new IOException("results cannot be understood", e);
    }
  }
}
