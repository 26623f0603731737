package org.blindbook.contacts;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.blindbook.contacts.AddressBookBuilder.Entry;
import org.blindbook.contacts.Field.Content;
import org.blindbook.contacts.JsonBook.Text;
import org.jspecify.annotations.Nullable;

/** Recognises contacts among the values of a JSON file, and takes them. */
final class JsonContacts {
  private static final String TELEGRAM_LIST = "contacts.list";

  /** In each line of Signal's export of chats, and of other programs' lists of its contacts. */
  private static final String SIGNAL_EXPORT = "recipient.contact";

  private static final String SIGNAL_LIST = "[]";

  private static final Set<String> SIGNAL_LIST_MEMBERS = Set.of("number", "uuid", "profile");

  private static final Set<String> SIGNAL_NAMES =
      Set.of(
          "name",
          "systemGivenName",
          "systemFamilyName",
          "systemNickname",
          "profileGivenName",
          "profileFamilyName");

  private static final Set<String> JSCONTACT_VERSIONS = Set.of("1.0", "2.0");

  private final AddressBookBuilder book;
  private boolean found;

  JsonContacts(AddressBookBuilder book) {
    this.book = book;
  }

  /** Whether anything was in a known shape. */
  boolean found() {
    return found;
  }

  /**
   * Takes a value if it is a contact.
   *
   * @param path names of members with dots between them, [] for an element of an array
   */
  boolean take(Object value, String path) {
    boolean taken = false;
    if (value instanceof Map<?, ?> members) {
      if (path.equals(TELEGRAM_LIST + "[]") && members.containsKey("phone_number")) {
        telegram(members);
        taken = true;
      } else if (path.equals(SIGNAL_EXPORT) && members.containsKey("aci")) {
        signal(members, "e164");
        taken = true;
      } else if (path.equals(SIGNAL_LIST) && members.keySet().containsAll(SIGNAL_LIST_MEMBERS)) {
        signal(members, "number");
        taken = true;
      } else if (isJsContact(members)) {
        jsContact(members);
        taken = true;
      }
    } else if (value instanceof List<?> elements) {
      found |= path.equals(TELEGRAM_LIST);
      if (elements.size() >= 2
          && text(elements.get(0)).equalsIgnoreCase("vcard")
          && elements.get(1) instanceof List<?> properties) {
        jCard(properties);
        taken = true;
      }
    }
    found |= taken;
    return taken;
  }

  private void telegram(Map<?, ?> members) {
    Entry contact = book.startContact();
    contact.name(
        0,
        DisplayName.of(
            "", text(members.get("first_name")), "", text(members.get("last_name")), ""));
    members.forEach(
        (name, value) -> {
          boolean isPhone = name.equals("phone_number");
          boolean isName = name.equals("first_name") || name.equals("last_name");
          report(name, isPhone ? Content.PHONE_NUMBERS : isName ? Content.NAMES : Content.NOT_READ);
          if (isPhone) {
            identifier(contact, "phone_number", value);
          }
        });
  }

  /** The number is international, in the export without a plus. */
  private void signal(Map<?, ?> members, String number) {
    Entry contact = book.startContact();
    contact.name(0, text(members.get("name")));
    contact.name(1, signalName(members, "system"));
    contact.name(2, text(members.get("systemNickname")));
    contact.name(3, signalName(members, "profile"));
    members.forEach(
        (name, value) -> {
          boolean isName = SIGNAL_NAMES.contains(String.valueOf(name));
          boolean isPhone = name.equals(number);
          report(name, isPhone ? Content.PHONE_NUMBERS : isName ? Content.NAMES : Content.NOT_READ);
          if (isPhone && value instanceof Text text && !text.value().isBlank()) {
            String digits = text.value().strip();
            contact.identifier(text.line(), number, digits.startsWith("+") ? digits : "+" + digits);
          }
        });
  }

  private static String signalName(Map<?, ?> members, String source) {
    return DisplayName.of(
        "",
        text(members.get(source + "GivenName")),
        "",
        text(members.get(source + "FamilyName")),
        "");
  }

  private static boolean isJsContact(Map<?, ?> members) {
    String type = text(members.get("@type"));
    boolean hasValues =
        members.get("phones") instanceof Map<?, ?> || members.get("emails") instanceof Map<?, ?>;
    return type.equals("Card")
        || (type.isEmpty()
            && hasValues
            && JSCONTACT_VERSIONS.contains(text(members.get("version"))));
  }

  /** RFC 9553, sections 2.2 and 2.3, and the drafts before it. */
  private void jsContact(Map<?, ?> members) {
    Entry contact = book.startContact();
    members.forEach(
        (key, value) -> {
          Content content = Content.NOT_READ;
          switch (String.valueOf(key)) {
            case "name" -> {
              content = Content.NAMES;
              jsContactName(value, contact);
            }
            case "fullName" -> {
              content = Content.NAMES;
              contact.name(0, text(value));
            }
            case "nicknames" -> {
              content = Content.NAMES;
              each(value, "name", name -> contact.name(2, name.value()));
            }
            case "organizations" -> {
              content = Content.NAMES;
              each(value, "name", name -> contact.name(3, name.value()));
            }
            case "phones" -> {
              content = Content.PHONE_NUMBERS;
              each(value, "number", number -> identifier(contact, "phones", number));
              each(value, "phone", number -> identifier(contact, "phones", number));
            }
            case "emails" -> {
              content = Content.EMAIL_ADDRESSES;
              each(value, "address", address -> identifier(contact, "emails", address));
              each(value, "email", address -> identifier(contact, "emails", address));
            }
            case "addresses" -> {
              each(value, "countryCode", country -> contact.livesIn(country.value()));
              each(value, "country", country -> contact.livesIn(country.value()));
            }
            default -> {}
          }
          report(key, content);
        });
  }

  private static void jsContactName(@Nullable Object value, Entry contact) {
    if (!(value instanceof Map<?, ?> name)) {
      return;
    }
    contact.name(0, text(name.get("full")));
    if (name.get("components") instanceof List<?> components) {
      contact.name(
          1,
          DisplayName.of(
              component(components, "title"),
              component(components, "given"),
              component(components, "given2"),
              DisplayName.joined(
                  List.of(component(components, "surname"), component(components, "surname2"))
                      .stream()),
              component(components, "generation")));
    }
  }

  private static String component(List<?> components, String kind) {
    return components.stream()
        .filter(c -> c instanceof Map<?, ?> map && text(map.get("kind")).equals(kind))
        .map(c -> text(((Map<?, ?>) c).get("value")))
        .collect(Collectors.joining(" "));
  }

  /** The texts of one name in all values of a map of identifiers to objects. */
  private static void each(@Nullable Object map, String name, Consumer<Text> reader) {
    if (map instanceof Map<?, ?> values) {
      for (Object value : values.values()) {
        if (value instanceof Map<?, ?> members && members.get(name) instanceof Text text) {
          reader.accept(text);
        }
      }
    }
  }

  /** Each property is an array of name, parameters, type and values (RFC 7095, section 3.3). */
  private void jCard(List<?> properties) {
    Entry contact = book.startContact();
    for (Object property : properties) {
      if (!(property instanceof List<?> parts) || parts.size() < 4) {
        continue;
      }
      String name = text(parts.get(0)).toUpperCase(Locale.ROOT);
      Object value = parts.get(3);
      switch (name) {
        case "FN" -> contact.name(0, text(value));
        case "N" ->
            contact.name(
                1,
                DisplayName.of(
                    part(value, 3),
                    part(value, 1),
                    part(value, 2),
                    part(value, 0),
                    part(value, 4)));
        case "NICKNAME" -> contact.name(2, text(value));
        case "ORG" -> contact.name(3, value instanceof List<?> ? part(value, 0) : text(value));
        case "TEL", "EMAIL" -> identifier(contact, name, value);
        default -> {}
      }
      report(name, VCardBook.READ.getOrDefault(name, Content.NOT_READ));
    }
  }

  private static String part(Object structured, int index) {
    if (!(structured instanceof List<?> parts) || index >= parts.size()) {
      return "";
    }
    return parts.get(index) instanceof List<?> several
        ? DisplayName.joined(several.stream().map(JsonContacts::text))
        : text(parts.get(index));
  }

  private void report(@Nullable Object name, Content content) {
    book.field(String.valueOf(name), content);
  }

  private static void identifier(Entry contact, String field, @Nullable Object value) {
    if (value instanceof Text text) {
      contact.identifier(text.line(), field, text.value());
    }
  }

  private static String text(@Nullable Object value) {
    return value instanceof Text text ? text.value() : "";
  }
}
