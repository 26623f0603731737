package org.blindbook.enclave.settings;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The settings of an enclave as text: UTF-8, one {@code key=value} a line. Every key that the
 * enclave knows must be there and none besides. The host supplies them, so nothing here can weaken
 * a promise; the digest of the exact bytes is attested.
 */
public final class Settings {
  private final Map<String, String> values = new HashMap<>();

  /**
   * @throws IllegalArgumentException with a plain sentence, when it is no such text
   */
  public Settings(byte[] bytes) {
    for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n")) {
      int equals = line.indexOf('=');
      if (equals < 1 || values.put(line.substring(0, equals), line.substring(equals + 1)) != null) {
        throw new IllegalArgumentException("settings are lines of key=value, each key once");
      }
    }
  }

  /**
   * Takes a value that has a form.
   *
   * @param form a regular expression
   * @param allowed what it says, for a sentence
   * @throws IllegalArgumentException with a plain sentence, when it is missing or has another form
   */
  public String take(String key, String form, String allowed) {
    String value = values.remove(key);
    if (value == null || !value.matches(form)) {
      throw new IllegalArgumentException("the setting " + key + " must be " + allowed);
    }
    return value;
  }

  /**
   * Takes a number.
   *
   * @throws IllegalArgumentException with a plain sentence, when it is missing or out of range
   */
  public int take(String key, int least, int most) {
    String allowed = "a number from " + least + " to " + most;
    int number = Integer.parseInt(take(key, "[0-9]{1,9}", allowed));
    if (number < least || number > most) {
      throw new IllegalArgumentException("the setting " + key + " must be " + allowed);
    }
    return number;
  }

  /**
   * @throws IllegalArgumentException with a plain sentence, when a setting was not taken
   */
  public void requireAllTaken() {
    if (!values.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no setting " + values.keySet().iterator().next());
    }
  }
}
