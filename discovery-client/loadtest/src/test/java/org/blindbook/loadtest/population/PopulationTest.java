package org.blindbook.loadtest.population;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PopulationTest {
  private static final int USERS = 20_000;
  private final Population population = new Population(5, USERS);

  @Test
  void everybodyHasANumberAndAnAccountOfTheirOwn() {
    Set<String> numbers = new HashSet<>();
    Set<UUID> accounts = new HashSet<>();
    for (int i = 0; i < USERS; i++) {
      assertThat(numbers.add(population.userNumber(i))).isTrue();
      assertThat(numbers.add(population.strangerNumber(i))).isTrue();
      assertThat(accounts.add(population.account(i))).isTrue();
      assertThat(accounts.add(population.client(i))).isTrue();
    }
    assertThat(numbers).allMatch(number -> number.matches("\\+999[12][0-9]{11}"));
    assertThat(accounts).allMatch(account -> account.version() == 4 && account.variant() == 2);
  }

  @Test
  void theSeedDecides() {
    assertThat(new Population(5, 3).account(2)).isEqualTo(population.account(2));
    Population other = new Population(6, USERS);
    assertThat(other.account(2)).isNotEqualTo(population.account(2));
    assertThat(other.userNumber(2)).isNotEqualTo(population.userNumber(2));
  }

  @Test
  void theFileIsWhatLoadReads(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("users.csv");
    UsersFile.write(new Population(5, 3), file);
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(4).startsWith("identifier,account_id");
    assertThat(lines.get(3)).isEqualTo(population.userNumber(2) + "," + population.account(2));
    Identifier.parse(population.userNumber(2));
  }

  @Test
  void aBookHoldsItsShareOfRegisteredPeopleAndNobodyTwice() throws Exception {
    AddressBook book = new AddressBooks(population, 500, 0.25).of(77);
    Set<LookupKey> keys = new HashSet<>();
    int registered = 0;
    for (int i = 0; i < book.size(); i++) {
      keys.add(key(book, i));
      registered += book.expected(i).isPresent() ? 1 : 0;
    }
    assertThat(keys).hasSize(500);
    assertThat(registered).isEqualTo(125);
  }

  @Test
  void aBookKnowsTheRightAnswer() throws Exception {
    AddressBook book = new AddressBooks(population, 64, 0.5).of(3);
    Set<LookupKey> users = new HashSet<>();
    for (int i = 0; i < USERS; i++) {
      LookupKey key = LookupKey.truncated(Identifier.parse(population.userNumber(i)));
      users.add(key);
      for (int entry = 0; entry < book.size(); entry++) {
        if (key(book, entry).equals(key)) {
          assertThat(book.expected(entry)).contains(population.account(i));
        }
      }
    }
    for (int entry = 0; entry < book.size(); entry++) {
      assertThat(users.contains(key(book, entry))).isEqualTo(book.expected(entry).isPresent());
    }
  }

  @Test
  void arrivalsHaveBooksOfTheirOwnAndKeepThem() {
    AddressBooks books = new AddressBooks(population, 64, 0.5);
    assertThat(books.of(1).keyHi(0)).isEqualTo(books.of(1).keyHi(0));
    Set<Long> firsts = new HashSet<>();
    for (int arrival = 0; arrival < 1_000; arrival++) {
      firsts.add(books.of(arrival).keyHi(0));
    }
    assertThat(firsts).hasSizeGreaterThan(950);
  }

  @Test
  void withoutUsersEverybodyIsAStranger() {
    AddressBook book = new AddressBooks(new Population(5, 0), 64, 0.5).of(3);
    for (int i = 0; i < book.size(); i++) {
      assertThat(book.expected(i)).isEmpty();
    }
  }

  private static LookupKey key(AddressBook book, int i) {
    return LookupKey.ofBytes(
        ByteBuffer.allocate(LookupKey.BYTES).putLong(book.keyHi(i)).putLong(book.keyLo(i)).array());
  }
}
