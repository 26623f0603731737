package org.blindbook.contacts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.blindbook.contacts.AddressBookBuilder.Entry;
import org.blindbook.contacts.Field.Content;
import org.jspecify.annotations.Nullable;

/**
 * LDIF (RFC 2849), as directories and Thunderbird write people. Attributes are those of RFC 4519,
 * RFC 4524, RFC 2798, Mozilla's and Active Directory's.
 */
final class LdifBook implements BookReader {
  private static final Pattern FIRST =
      Pattern.compile("(?i)version\\s*:\\s*\\d+\\s*|dn::?\\s*\\S.*");

  private static final Map<String, Content> ATTRIBUTES =
      Map.ofEntries(
          phone("telephonenumber"),
          phone("mobile"),
          phone("mobiletelephonenumber"),
          phone("homephone"),
          phone("hometelephonenumber"),
          phone("workphone"),
          phone("cellphone"),
          phone("pager"),
          phone("pagertelephonenumber"),
          phone("pagerphone"),
          phone("facsimiletelephonenumber"),
          phone("fax"),
          phone("othertelephone"),
          phone("othermobile"),
          phone("otherhomephone"),
          phone("otherpager"),
          phone("otherfacsimiletelephonenumber"),
          mail("mail"),
          mail("email"),
          mail("emailaddress"),
          mail("rfc822mailbox"),
          mail("othermailbox"),
          mail("mozillasecondemail"),
          mail("secondemail"),
          mail("xmozillasecondemail"),
          mail("mailalternateaddress"),
          mail("targetaddress"),
          mail("proxyaddresses"),
          mail("msexchshadowproxyaddresses"),
          mail("msexchmailboxaddress"),
          phone("otheripphone"),
          phone("ipphone"),
          phone("telephoneassistant"),
          phone("msrtcsip-line"),
          phone("msexchassistantphone"));

  /** Exchange keeps the addresses of all services in one attribute, each behind its scheme. */
  private static final Set<String> PROXY =
      Set.of("proxyaddresses", "msexchshadowproxyaddresses", "targetaddress");

  private static final Pattern PROXY_ADDRESS =
      Pattern.compile("(?i)(?:smtp:|mailto:)?[^:@\\s]+@.+|tel:.+");

  private static final Set<String> COUNTRIES =
      Set.of("c", "co", "countryname", "friendlycountryname", "country", "mozillahomecountryname");

  private static Map.Entry<String, Content> phone(String attribute) {
    return Map.entry(attribute, Content.PHONE_NUMBERS);
  }

  private static Map.Entry<String, Content> mail(String attribute) {
    return Map.entry(attribute, Content.EMAIL_ADDRESSES);
  }

  private final BookFile file;

  private String given = "";
  private String family = "";
  private @Nullable Entry contact;

  LdifBook(BookFile file) {
    this.file = file;
  }

  static boolean startsWith(String firstLine) {
    return FIRST.matcher(firstLine).matches();
  }

  @Override
  public void read(AddressBookBuilder book) throws IOException {
    try (TextLines lines = file.lines()) {
      StringBuilder value = new StringBuilder();
      int start = 1;
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (line.startsWith(" ") && !value.isEmpty()) {
          if (value.length() < TextLines.MAX_CHARS) {
            value.append(line, 1, line.length());
          }
          continue;
        }
        attribute(value.toString(), start, book);
        value.setLength(0);
        value.append(line);
        start = lines.number();
        if (line.isBlank()) {
          endRecord();
        }
      }
      attribute(value.toString(), start, book);
      endRecord();
    }
  }

  private void endRecord() {
    if (contact != null) {
      contact.name(1, DisplayName.of("", given, "", family, ""));
    }
    contact = null;
    given = "";
    family = "";
  }

  private void attribute(String line, int number, AddressBookBuilder book) {
    if (line.isBlank() || line.startsWith("#") || line.equals("-")) {
      return;
    }
    int colon = line.indexOf(':');
    if (colon < 1) {
      book.skip(number, "this is not a line of LDIF");
      return;
    }
    String written = line.substring(0, colon);
    // Options such as ;lang-de do not change what an attribute is.
    String name = written.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (name.equals("version") && contact == null) {
      return;
    }
    if (name.equals("dn")) {
      endRecord();
    }
    Entry person = contact == null ? book.startContact() : contact;
    contact = person;
    String value = value(line.substring(colon + 1));
    Content content = ATTRIBUTES.get(name);
    if (value != null && COUNTRIES.contains(name)) {
      person.livesIn(value);
    }
    if (content == null) {
      content = name(name, value == null ? "" : value, person) ? Content.NAMES : Content.NOT_READ;
    } else if (value != null && PROXY.contains(name) && !PROXY_ADDRESS.matcher(value).matches()) {
      content = Content.NOT_READ;
    } else if (value == null) {
      person.skip(number, written, "this value is not base64, or is a reference to a file");
    } else {
      person.identifier(number, written, value);
    }
    book.field(written, content);
  }

  /** Behind one colon text, behind two base64; null if it is neither. */
  private static @Nullable String value(String written) {
    if (written.startsWith("<")) {
      return null;
    }
    if (!written.startsWith(":")) {
      return written.strip();
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(written.substring(1).strip());
      return FileText.decode(new String(bytes, StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private boolean name(String attribute, String value, Entry person) {
    switch (attribute) {
      case "displayname" -> person.name(0, value);
      case "cn", "commonname" -> person.name(2, value);
      case "givenname" -> given = value;
      case "sn", "surname" -> family = value;
      case "mozillanickname", "xmozillanickname" -> person.name(3, value);
      case "o", "organizationname", "company" -> person.name(4, value);
      default -> {
        return false;
      }
    }
    return true;
  }
}
