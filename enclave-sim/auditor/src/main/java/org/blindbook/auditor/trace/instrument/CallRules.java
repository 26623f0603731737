package org.blindbook.auditor.trace.instrument;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.auditor.trace.instrument.CallRule.Kind;
import org.blindbook.auditor.trace.instrument.CallRule.Role;

/**
 * The reviewed rules for calls that leave instrumented code, read from {@code call-rules.txt}; the
 * file itself says how it is written.
 */
public final class CallRules {
  private static final Pattern RULE =
      Pattern.compile(
          "(\\w+) +([\\w.$]+)\\.([\\w$*]+)\\((.*?)\\)(?: +in +([\\w.$]+))? *(?::(.*))?");
  private static final List<String> ANY = List.of("*");
  private static final String VECTOR_OPERATORS = "vector-operators";

  private final Map<String, CallRule> rules = new HashMap<>();
  private final Set<String> operators = new HashSet<>();

  /** The rules that ship with the auditor. */
  public static CallRules shipped() {
    try (InputStream in = CallRules.class.getResourceAsStream("call-rules.txt")) {
      if (in == null) {
        throw new IllegalStateException("the auditor was built without call-rules.txt");
      }
      return read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws IllegalArgumentException naming the line that is no rule
   */
  static CallRules read(InputStream in) throws IOException {
    CallRules rules = new CallRules();
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    int number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (!line.isBlank() && !line.startsWith("#")) {
        try {
          rules.add(line.strip());
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "call rule in line " + number + ": " + e.getMessage(), e);
        }
      }
    }
    return rules;
  }

  private void add(String line) {
    if (line.startsWith(VECTOR_OPERATORS)) {
      operators.addAll(
          Arrays.asList(line.substring(VECTOR_OPERATORS.length()).strip().split(" +")));
      return;
    }
    Matcher rule = RULE.matcher(line);
    if (!rule.matches()) {
      throw new IllegalArgumentException(
          "not of the form KIND CLASS.METHOD(PARAMETERS) in CALLER : REASON");
    }
    Kind kind = Kind.valueOf(rule.group(1).toUpperCase(Locale.ROOT));
    String reason = rule.group(6) == null ? "" : rule.group(6).strip();
    if (kind == Kind.TRUSTED && reason.isEmpty()) {
      throw new IllegalArgumentException("a trusted method needs a reason");
    }
    Role receiver = kind == Kind.PUBLIC ? Role.VALUE : Role.OBJECT;
    List<String> types = new ArrayList<>();
    List<Role> roles = new ArrayList<>();
    String parameters = rule.group(4);
    for (String parameter : parameters.isBlank() ? new String[0] : parameters.split(",")) {
      String[] words = parameter.strip().split(" +");
      if (words.length == 1 && kind.needsRoles()) {
        throw new IllegalArgumentException("a " + rule.group(1) + " rule names every role");
      }
      Role role =
          words.length == 1 ? kind.usual() : Role.valueOf(words[1].toUpperCase(Locale.ROOT));
      if (words[0].equals("this")) {
        receiver = role;
      } else {
        types.add(words[0]);
        roles.add(role);
      }
    }
    String method = rule.group(2) + "." + rule.group(3);
    String key = method + "(" + String.join(",", types) + ")";
    List<Role> known = types.equals(ANY) ? List.of() : List.copyOf(roles);
    Optional<String> caller = Optional.ofNullable(rule.group(5));
    if (rules.put(key, new CallRule(kind, method, caller, receiver, known, reason)) != null) {
      throw new IllegalArgumentException("a second rule for " + key);
    }
  }

  /**
   * The rule for a call; {@code new} stands for a constructor.
   *
   * @param caller class and name of the method that calls
   */
  Optional<CallRule> find(String caller, String type, String method, MethodTypeDesc descriptor) {
    String name = type + "." + (method.equals("<init>") ? "new" : method);
    List<String> types = descriptor.parameterList().stream().map(ClassDesc::displayName).toList();
    CallRule exact = rules.get(name + "(" + String.join(",", types) + ")");
    return Optional.ofNullable(exact != null ? exact : rules.get(name + "(*)"))
        .filter(rule -> rule.allows(caller));
  }

  /** Whether lanewise work with this operator of the Vector API takes the same time for all. */
  boolean allowsOperator(String name) {
    return operators.contains(name);
  }

  /** What the rules speak of: class, method and parameter types. */
  Set<String> keys() {
    return rules.keySet();
  }

  /** All rules. */
  public Collection<CallRule> all() {
    return rules.values();
  }
}
