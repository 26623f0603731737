package org.blindbook.contacts;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.blindbook.contacts.AddressBookBuilder.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Which column of a contact list holds what. Phone and e-mail columns are told by words in their
 * header, since every program and language has many of them; name columns by the whole header.
 */
final class CsvColumns {
  private enum Role {
    FULL_NAME,
    PREFIX,
    GIVEN,
    MIDDLE,
    FAMILY,
    SUFFIX,
    NICKNAME,
    ORGANISATION
  }

  /** English, German, French, Spanish, Italian, Portuguese, Dutch, Japanese. */
  private static final Map<Role, Set<String>> NAMES =
      Map.of(
          Role.FULL_NAME,
          Set.of(
              "name",
              "full name",
              "display name",
              "contact",
              "contact name",
              "anzeigename",
              "nom complet",
              "nombre completo",
              "nome completo",
              "volledige naam",
              "氏名",
              "表示名"),
          Role.PREFIX,
          Set.of("name prefix", "title", "anrede", "titre", "trato", "titolo"),
          Role.GIVEN,
          Set.of(
              "first name",
              "given name",
              "firstname",
              "vorname",
              "prénom",
              "nombre",
              "nome",
              "primeiro nome",
              "voornaam",
              "名"),
          Role.MIDDLE,
          Set.of(
              "middle name",
              "additional name",
              "weitere vornamen",
              "deuxième prénom",
              "segundo nombre",
              "secondo nome",
              "segundo nome",
              "middelste naam"),
          Role.FAMILY,
          Set.of(
              "last name",
              "family name",
              "surname",
              "lastname",
              "nachname",
              "nom",
              "apellidos",
              "apellido",
              "cognome",
              "sobrenome",
              "achternaam",
              "姓"),
          Role.SUFFIX,
          Set.of("name suffix", "suffix", "suffixe", "sufijo", "achtervoegsel"),
          Role.NICKNAME,
          Set.of("nickname", "spitzname", "surnom", "apodo", "soprannome", "apelido", "bijnaam"),
          Role.ORGANISATION,
          Set.of(
              "company",
              "organization 1 - name",
              "organization name",
              "organization",
              "firma",
              "société",
              "organización",
              "società",
              "empresa",
              "bedrijf",
              "会社",
              "会社名"));

  private static final Pattern PHONE =
      Pattern.compile(
          "phone|telefon|\\btel|\\btél|mobil|móvil|\\bcell|celular|handy|\\bfax|pager|\\bgsm"
              + "|電話|携帯|ファックス|телефон|电话|手机|هاتف|전화");

  private static final Pattern EMAIL =
      Pattern.compile(
          "e-?mail|\\bmail\\b|courriel|messagerie|correo|posta elettronica|メール|почта|邮件");

  /** What describes another column, or only sounds like one. */
  private static final Pattern DESCRIPTION =
      Pattern.compile(
          "typ\\b|type\\b|tipo\\b|\\blabel\\b|display|anzeigename|angezeigter|\\bnom\\b|\\bnombre\\b|\\bnome\\b"
              + "|\\bname\\b|telex|\\bstop\\b|表示名|種類|phonetic");

  private final Map<Role, Integer> names = new EnumMap<>(Role.class);
  private final List<Integer> identifiers = new ArrayList<>();

  private CsvColumns(List<String> header) {
    for (int i = 0; i < header.size(); i++) {
      String name = header.get(i).strip().toLowerCase(Locale.ROOT);
      for (Map.Entry<Role, Set<String>> role : NAMES.entrySet()) {
        if (role.getValue().contains(name)) {
          names.putIfAbsent(role.getKey(), i);
        }
      }
      boolean isIdentifier = PHONE.matcher(name).find() || EMAIL.matcher(name).find();
      if (isIdentifier && !DESCRIPTION.matcher(name).find()) {
        identifiers.add(i);
      }
    }
  }

  /** The columns of a header line, or null when it names neither a phone nor an e-mail address. */
  static @Nullable CsvColumns of(List<String> header) {
    if (header.stream().anyMatch(CsvColumns::isContent) || isSentence(header)) {
      return null;
    }
    CsvColumns columns = new CsvColumns(header);
    return columns.identifiers.isEmpty() ? null : columns;
  }

  /** Lists of identifiers without a header have them in their first line, too. */
  private static boolean isContent(String cell) {
    return cell.contains("@") || cell.codePoints().filter(Character::isDigit).count() > 4;
  }

  /** A line such as "# my phone list" stands above a list of identifiers. */
  private static boolean isSentence(List<String> header) {
    String first = header.get(0).strip();
    return first.startsWith("#") || (header.size() == 1 && first.split("\\s+").length > 3);
  }

  void names(List<String> row, Entry contact) {
    boolean onlyFamilyName = names.containsKey(Role.GIVEN) && !names.containsKey(Role.FAMILY);
    // "Name, Vorname, Telefon": beside a column of given names, a bare name is the family's.
    String family = field(row, names.get(onlyFamilyName ? Role.FULL_NAME : Role.FAMILY));
    if (!onlyFamilyName) {
      contact.name(0, field(row, names.get(Role.FULL_NAME)));
    }
    contact.name(
        1,
        DisplayName.of(
            field(row, names.get(Role.PREFIX)),
            field(row, names.get(Role.GIVEN)),
            field(row, names.get(Role.MIDDLE)),
            family,
            field(row, names.get(Role.SUFFIX))));
    contact.name(2, field(row, names.get(Role.NICKNAME)));
    contact.name(3, field(row, names.get(Role.ORGANISATION)));
  }

  List<String> identifiers(List<String> row) {
    return identifiers.stream().map(column -> field(row, column)).toList();
  }

  private static String field(List<String> row, @Nullable Integer column) {
    return column == null || column >= row.size() ? "" : row.get(column);
  }
}
