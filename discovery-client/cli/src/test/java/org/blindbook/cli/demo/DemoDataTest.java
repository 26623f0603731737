package org.blindbook.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.blindbook.contacts.AddressBook;
import org.blindbook.contacts.AddressBookException;
import org.blindbook.contacts.written.UnknownRegionException;
import org.blindbook.contacts.written.WrittenIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDataTest {
  private static final int USERS = 3_000;

  @TempDir Path folder;

  @Test
  void equalSeedsMakeEqualData() throws IOException {
    DemoData first = DemoData.write(Files.createDirectory(folder.resolve("1")), USERS, 5);
    DemoData second = DemoData.write(Files.createDirectory(folder.resolve("2")), USERS, 5);
    DemoData third = DemoData.write(Files.createDirectory(folder.resolve("3")), USERS, 6);
    assertThat(first.registrations()).hasSameTextualContentAs(second.registrations());
    assertThat(first.addressBook()).hasSameTextualContentAs(second.addressBook());
    assertThat(third.expected()).isNotEqualTo(first.expected());
  }

  @Test
  void registersValidNumbersOnceEach() throws IOException, NumberParseException {
    List<String> rows = Files.readAllLines(DemoData.write(folder, USERS, 5).registrations());
    assertThat(rows).hasSize(1 + USERS).startsWith("identifier,account_id");
    Set<String> numbers = new HashSet<>();
    for (String row : rows.subList(1, rows.size())) {
      String number = row.substring(0, row.indexOf(','));
      PhoneNumberUtil plans = PhoneNumberUtil.getInstance();
      assertThat(plans.isValidNumber(plans.parse(number, "ZZ"))).isTrue();
      assertThat(numbers.add(number)).isTrue();
    }
  }

  /** The expectation is made beside the files; here it is worked out again from them alone. */
  @Test
  void expectsExactlyTheRegisteredContacts()
      throws IOException, AddressBookException, UnknownRegionException {
    DemoData data = DemoData.write(folder, USERS, 5);
    Map<String, String> accounts = new HashMap<>();
    for (String row : Files.readAllLines(data.registrations())) {
      String[] fields = row.split(",");
      accounts.put("tel:" + fields[0], fields[1]);
    }
    AddressBook book =
        AddressBook.read(data.addressBook(), WrittenIdentifiers.dialledIn(DemoData.REGION));
    assertThat(book.skipped()).isEmpty();
    assertThat(book.contacts()).hasSize(DemoData.PEOPLE).doesNotHaveDuplicates();
    Set<DemoMatch> found = new HashSet<>();
    book.contacts()
        .forEach(
            contact ->
                contact.identifiers().stream()
                    .filter(id -> accounts.containsKey(id.canonical()))
                    .forEach(
                        id ->
                            found.add(
                                new DemoMatch(
                                    contact.name(),
                                    id.canonical(),
                                    accounts.get(id.canonical())))));
    assertThat(found).isEqualTo(data.expected()).hasSizeBetween(40, 95);
  }
}
