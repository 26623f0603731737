package org.blindbook.contacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.blindbook.contacts.written.UnknownRegionException;
import org.blindbook.contacts.written.WrittenIdentifiers;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class AddressBookFuzzTest {
  private static final byte[][] SPICE =
      Arrays.stream(
              new String[] {
                "BEGIN:VCARD\n",
                "END:VCARD\r\n",
                "VERSION:2.1\n",
                "AGENT:\n",
                "\n",
                "\r",
                "\"",
                ",",
                ";",
                ":",
                "=",
                "=\n",
                " ",
                "\n ",
                "\uFEFF",
                "\u0000",
                "+49",
                "@",
                "<",
                ">",
                ":::",
                ";ENCODING=QUOTED-PRINTABLE",
                ";CHARSET=SHIFT_JIS",
                ";CHARSET=?",
                "ENCODING=BASE64",
                "\\",
                "Phone 1 - Value,",
                "E-mail Address;",
                "\u202E",
                "x12",
                "(0)"
              })
          .map(text -> text.getBytes(StandardCharsets.UTF_8))
          .toArray(byte[][]::new);

  /** Damaged books are read as far as they go, or refused with the one typed exception. */
  @Test
  void mutatedBooksNeverFailOtherwise() throws IOException, UnknownRegionException {
    long seed = 20260104;
    Random random = new Random(seed);
    List<byte[]> books = new ArrayList<>();
    for (String name : AddressBookCorpusTest.books()) {
      books.add(Files.readAllBytes(AddressBookCorpusTest.folder().resolve(name)));
    }
    WrittenIdentifiers[] readers = {
      WrittenIdentifiers.international(), WrittenIdentifiers.dialledIn("DE")
    };
    long contacts = 0;
    for (int round = 0; round < 800; round++) {
      byte[] book = mutated(books.get(random.nextInt(books.size())), books, random);
      WrittenIdentifiers reader = readers[round % 2];
      try {
        AddressBook read = AddressBook.parse(book, reader);
        contacts += read.contacts().size();
        long lines = new String(book, StandardCharsets.ISO_8859_1).lines().count() + 1;
        assertThat(read.skipped())
            .as("seed %d, round %d", seed, round)
            .allSatisfy(skipped -> assertThat(skipped.line()).isBetween(1, (int) lines));
      } catch (AddressBookException refused) {
        assertThat(refused).hasMessageEndingWith(".");
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", round " + round, e);
      }
    }
    assertThat(contacts).isGreaterThan(800);
  }

  private static byte[] mutated(byte[] original, List<byte[]> books, Random random) {
    byte[] book = original;
    for (int edits = random.nextInt(6); edits >= 0 && book.length > 4; edits--) {
      int at = random.nextInt(book.length);
      int end = Math.min(book.length, at + random.nextInt(60));
      byte[] other = books.get(random.nextInt(books.size()));
      int cut = random.nextInt(other.length);
      book =
          switch (random.nextInt(5)) {
            case 0 -> splice(book, at, end, new byte[0]);
            case 1 -> splice(book, at, at, SPICE[random.nextInt(SPICE.length)]);
            case 2 -> splice(book, at, at, Arrays.copyOfRange(book, at, end));
            case 3 -> splice(book, at, at + 1, new byte[] {(byte) random.nextInt(256)});
            default ->
                splice(
                    book,
                    at,
                    end,
                    Arrays.copyOfRange(other, cut, Math.min(other.length, cut + 200)));
          };
    }
    return book;
  }

  private static byte[] splice(byte[] book, int from, int to, byte[] middle) {
    byte[] spliced = new byte[from + middle.length + book.length - to];
    System.arraycopy(book, 0, spliced, 0, from);
    System.arraycopy(middle, 0, spliced, from, middle.length);
    System.arraycopy(book, to, spliced, from + middle.length, book.length - to);
    return spliced;
  }

  /** Inputs made to cost more than they are long. */
  @Test
  void hostileBooksAreReadInTimeProportionalToTheirLength() {
    String header = "Name,Phone 1 - Value\n";
    List<String> books =
        List.of(
            header + "\"a\n".repeat(30_000),
            header + "a,\"b\nc\n".repeat(20_000),
            header + "\"" + "\n".repeat(20_000),
            "BEGIN:VCARD\n".repeat(10_000),
            "BEGIN:VCARD\nAGENT:\n".repeat(20_000),
            "BEGIN:VCARD\nTEL:" + "x1 ".repeat(40_000) + "\nEND:VCARD\n",
            "BEGIN:VCARD\nEMAIL:" + "a@b, ".repeat(20_000) + "\nEND:VCARD\n",
            "BEGIN:VCARD\nTEL:" + "+4930123456 / ".repeat(8_000) + "\nEND:VCARD\n",
            "BEGIN:VCARD\nFN;CHARSET=SHIFT_JIS:" + "\u20AC".repeat(5_000) + "\nEND:VCARD\n",
            "BEGIN:VCARD\n" + "TEL:030 1\n".repeat(5_000),
            "\r\n \t".repeat(30_000) + "BEGIN:VCARD\nTEL:+4930123456",
            "+4930123456\n".repeat(5_000),
            ("call me" + " ".repeat(100) + "\n").repeat(20_000));
    for (int i = 0; i < books.size(); i++) {
      byte[] book = books.get(i).getBytes(StandardCharsets.UTF_8);
      Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () ->
              assertThatCode(
                      () -> AddressBook.parse(book, WrittenIdentifiers.dialledIn("DE")).toString())
                  .doesNotThrowAnyException(),
          "book " + i);
    }
  }
}
