package org.blindbook.contacts;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * JSON in a shape that is known to hold contacts: JSContact (RFC 9553), jCard (RFC 7095), and the
 * contacts of Telegram's and Signal's exports, wherever in the file they stand. Any other is
 * refused: whoever guesses which of its numbers are phone numbers finds strangers.
 */
final class JsonBook implements BookReader {
  private static final JsonFactory FACTORY = new JsonFactory();

  private static final Pattern START =
      Pattern.compile("(?s)\\s*(?:\\{\\s*[\"}]|\\[\\s*[\\[{\"\\]]).*");

  /** Larger parts of a file are no contact and are not kept. */
  private static final int MAX_NODES = 20_000;

  /** Longer texts are pictures. */
  private static final int MAX_TEXT = 4_096;

  private final BookFile file;

  /** How many texts the value has that was read last. */
  private int size;

  JsonBook(BookFile file) {
    this.file = file;
  }

  static boolean startsWith(String text) {
    return START.matcher(text).matches();
  }

  /**
   * A text or number; its line is where it stands.
   *
   * @param value blank for null, for what is too long, and for what was a contact
   */
  record Text(String value, int line) {
    /** Hides what may be a name or a number. */
    @Override
    public String toString() {
      return "Text[line " + line + "]";
    }
  }

  @Override
  public void read(AddressBookBuilder book) throws IOException, AddressBookException {
    JsonContacts contacts = new JsonContacts(book);
    try (JsonParser parser = FACTORY.createParser(file.open())) {
      while (parser.nextToken() != null) {
        value(parser, "", contacts);
      }
    } catch (JsonProcessingException e) {
      if (contacts.found()) {
        int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
        book.skip(Math.max(1, line), "the JSON breaks off here; nothing behind it was read");
      }
    }
    if (!contacts.found()) {
      throw new AddressBookException(
          "The contacts file is JSON, but not JSContact, jCard or an export of Telegram or Signal:"
              + " export your contacts as vCard or CSV.");
    }
  }

  /** The value at a token: a Text, a Map or a List. Contacts in it are taken as they end. */
  private Object value(JsonParser parser, String path, JsonContacts contacts) throws IOException {
    int line = parser.currentTokenLocation().getLineNr();
    Object value =
        switch (parser.currentToken()) {
          case START_OBJECT -> object(parser, path, contacts);
          case START_ARRAY -> array(parser, path, contacts);
          default -> null;
        };
    if (value == null) {
      size = 1;
      return new Text(text(parser), line);
    }
    if (contacts.take(value, path)) {
      size = 1;
      return new Text("", line);
    }
    return value;
  }

  private static String text(JsonParser parser) throws IOException {
    boolean isText =
        parser.currentToken().isScalarValue() && parser.currentToken() != JsonToken.VALUE_NULL;
    if (!isText || parser.getTextLength() > MAX_TEXT) {
      return "";
    }
    return parser.getText();
  }

  private Map<String, Object> object(JsonParser parser, String path, JsonContacts contacts)
      throws IOException {
    Map<String, Object> members = new LinkedHashMap<>();
    int nodes = 1;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      Object member = value(parser, path.isEmpty() ? name : path + "." + name, contacts);
      nodes += size;
      if (nodes <= MAX_NODES) {
        members.put(name, member);
      } else {
        members.clear();
      }
    }
    size = Math.min(nodes, MAX_NODES);
    return members;
  }

  private List<Object> array(JsonParser parser, String path, JsonContacts contacts)
      throws IOException {
    List<Object> elements = new ArrayList<>();
    int nodes = 1;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      Object element = value(parser, path + "[]", contacts);
      nodes += size;
      if (nodes <= MAX_NODES) {
        elements.add(element);
      } else {
        elements.clear();
      }
    }
    size = Math.min(nodes, MAX_NODES);
    return elements;
  }
}
