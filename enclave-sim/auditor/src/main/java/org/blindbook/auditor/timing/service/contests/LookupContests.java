package org.blindbook.auditor.timing.service.contests;

import static org.blindbook.auditor.timing.service.client.Clients.Delay.NONE;
import static org.blindbook.auditor.timing.service.contests.LookupClients.CONTACTS;
import static org.blindbook.auditor.timing.service.contests.ServiceContest.require;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.blindbook.auditor.timing.service.Contest;
import org.blindbook.auditor.timing.service.Quantity;
import org.blindbook.auditor.timing.service.Sample;
import org.blindbook.auditor.timing.service.client.Account;
import org.blindbook.auditor.timing.service.client.Accounts;
import org.blindbook.auditor.timing.service.client.Clients;
import org.blindbook.auditor.timing.service.contests.LookupClients.Book;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.edge.message.ReceivedTokenReply.Outcome;
import org.blindbook.protocol.message.SizeClass;

/**
 * The contests of the lookup enclave in mode truncated. What the host sees of the two classes is
 * alike: the same accounts, or accounts with equal histories of requests, and the same size class.
 */
public final class LookupContests {
  /** What an account may ask for: as much as the largest request. */
  public static final int PERMITS = SizeClass.LARGEST;

  private static final Clients.Delay PLANTED = new Clients.Delay(50_000, 50_000);

  /** Different books of a class. */
  private static final int BOOKS = 8;

  private static final int AT_THE_SAME_TIME = 4;

  private final LookupClients clients;
  private final Accounts accounts;
  private final Random random;

  /** Hundred percent hits, and no hit, of one account. */
  private final List<Book> hits;

  private final List<Book> misses;

  /** Asks a few times, to be ready. */
  public LookupContests(Clients clients, Accounts accounts, Random random) throws IOException {
    this.clients = new LookupClients(clients);
    this.accounts = accounts;
    this.random = random;
    Account account = accounts.next();
    this.hits = books(account, BOOKS, true);
    this.misses = books(account, BOOKS, false);
  }

  private List<Book> books(Account account, int count, boolean areRegistered) throws IOException {
    List<Book> books = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      books.add(clients.pay(account, Users.draw(CONTACTS, areRegistered, random)));
    }
    return books;
  }

  public List<Contest> all() throws IOException {
    return List.of(
        hitsAgainstMisses(),
        distinctAgainstShared(),
        keptAgainstNew(),
        grantedAgainstRefused(),
        tokensRightAgainstWrong(),
        delay(),
        largerRequest());
  }

  private Book any(List<Book> books) {
    return books.get(random.nextInt(books.size()));
  }

  private Contest hitsAgainstMisses() {
    return new ServiceContest(
        "hits against misses",
        second ->
            clients.lookUp(any(second ? misses : hits), CONTACTS, second ? 0 : CONTACTS, NONE));
  }

  /** Clients that ask at the same time, for different contacts or all for the same. */
  private Contest distinctAgainstShared() throws IOException {
    List<List<Book>> byAccount = new ArrayList<>();
    for (int i = 0; i < AT_THE_SAME_TIME; i++) {
      List<Book> own = new ArrayList<>();
      Account account = accounts.next();
      for (Book book : hits) {
        own.add(clients.pay(account, book.keys()));
      }
      byAccount.add(own);
    }
    return new ServiceContest(
        "distinct against shared contacts",
        Set.of(),
        AT_THE_SAME_TIME,
        second -> {
          int from = random.nextInt(BOOKS);
          List<Book> books = new ArrayList<>();
          for (int i = 0; i < AT_THE_SAME_TIME; i++) {
            books.add(byAccount.get(i).get((from + (second ? 0 : i)) % BOOKS));
          }
          return clients.lookUp(books, CONTACTS, CONTACTS, NONE);
        });
  }

  /** Contacts that are paid, with the token, or the same as new ones. */
  private Contest keptAgainstNew() {
    return new ServiceContest(
        "old against new contacts",
        new ServiceContest.Asking() {
          private List<Book> books = List.of();
          private int permits;

          @Override
          public Sample ask(boolean second) throws IOException {
            if (permits < CONTACTS) {
              books = books(accounts.next(), BOOKS, true);
              permits = PERMITS - BOOKS * CONTACTS;
            }
            Book book = any(books);
            if (!second) {
              return clients.lookUp(book, CONTACTS, CONTACTS, NONE);
            }
            permits -= CONTACTS;
            return granted(clients.askNew(book.account(), CONTACTS, book.keys()));
          }
        });
  }

  /** Two accounts that made one request each, of the largest size class; one has paid for it. */
  private Contest grantedAgainstRefused() {
    return new ServiceContest(
        "granted against refused",
        new ServiceContest.Asking() {
          private Account rich = accounts.next();
          private Account poor = accounts.next();
          private int permits;

          @Override
          public Sample ask(boolean second) throws IOException {
            if (permits < CONTACTS) {
              begin();
            }
            List<LookupKey> keys = any(hits).keys();
            if (second) {
              return notGranted(clients.askNew(poor, CONTACTS, keys), Outcome.REFUSED);
            }
            permits -= CONTACTS;
            return granted(clients.askNew(rich, CONTACTS, keys));
          }

          private void begin() throws IOException {
            rich = accounts.next();
            poor = accounts.next();
            permits = PERMITS;
            clients.askNothing(rich, SizeClass.LARGEST);
            clients.spend(poor, PERMITS, random);
          }
        });
  }

  private Contest tokensRightAgainstWrong() {
    return new ServiceContest(
        "right against wrong token",
        second -> {
          Book book = any(hits);
          if (!second) {
            return clients.lookUp(book, CONTACTS, CONTACTS, NONE);
          }
          byte[] forged = book.token().clone();
          forged[random.nextInt(forged.length)] ^= 1;
          return notGranted(
              clients.ask(new Book(book.account(), book.keys(), forged)), Outcome.INVALID_TOKEN);
        });
  }

  private static Sample granted(Clients.Answers answers) throws IOException {
    ReceivedTokenReply reply = answers.replies().getFirst();
    require(reply.granted() && reply.charged() == CONTACTS, "new contacts were not charged");
    require(
        LookupClients.found(answers.results().getFirst(), CONTACTS) == CONTACTS,
        "others were found");
    return answers.sample();
  }

  private static Sample notGranted(Clients.Answers answers, Outcome outcome) throws IOException {
    require(answers.replies().getFirst().outcome() == outcome, "a request was not refused");
    require(
        LookupClients.found(answers.results().getFirst(), CONTACTS) == 0,
        "a refused request was answered");
    return answers.sample();
  }

  private Contest delay() {
    return new ServiceContest(
        "planted: the driver waits",
        Set.of(Quantity.TOKEN_REPLY, Quantity.RESULTS),
        1,
        second -> clients.lookUp(any(hits), CONTACTS, CONTACTS, second ? PLANTED : NONE));
  }

  private Contest largerRequest() {
    return new ServiceContest(
        "planted: the next size class",
        Set.of(Quantity.ENCLAVE_CPU),
        1,
        second -> clients.lookUp(any(hits), second ? 2 * CONTACTS : CONTACTS, CONTACTS, NONE));
  }
}
