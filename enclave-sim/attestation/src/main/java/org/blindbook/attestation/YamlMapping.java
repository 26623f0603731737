package org.blindbook.attestation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A mapping of a YAML file, of which every part still knows its line. Works on the node tree: no
 * text is turned into any other type behind the reader's back.
 */
final class YamlMapping {
  private static final int MAX_SHOWN_CHARACTERS = 64;

  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private final int line;

  private YamlMapping(Node node) throws PolicyException {
    line = lineOf(node);
    if (!(node instanceof MappingNode mapping)) {
      throw error(line, "should hold keys and values");
    }
    Mistakes mistakes = new Mistakes();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        mistakes.add(error(lineOf(tuple.getKeyNode()), "has a key that is not a word"));
        continue;
      }
      lines.put(key.getValue(), lineOf(key));
      if (values.put(key.getValue(), tuple.getValueNode()) != null) {
        mistakes.add(error(lineOf(key), "repeats the key " + shown(key.getValue())));
      }
    }
    mistakes.throwIfAny();
  }

  /** A key as a sentence shows it: whoever wrote the file chose it. */
  private static String shown(String key) {
    String plain = key.replaceAll("[^\\x20-\\x7e]", "?");
    return plain.substring(0, Math.min(MAX_SHOWN_CHARACTERS, plain.length()));
  }

  static YamlMapping parse(String yaml, int maxCharacters) throws PolicyException {
    LoadSettings settings =
        LoadSettings.builder()
            .setCodePointLimit(maxCharacters)
            .setMaxAliasesForCollections(0)
            .setAllowDuplicateKeys(false)
            .build();
    Optional<Node> node;
    try {
      node = new Compose(settings).composeString(yaml);
    } catch (MarkedYamlEngineException e) {
      throw error(
          e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1), "is not valid YAML");
    } catch (YamlEngineException e) {
      throw new PolicyException("The policy is not valid YAML, or too large.");
    }
    if (node.isEmpty()) {
      throw new PolicyException("The policy is empty.");
    }
    return new YamlMapping(node.get());
  }

  private static int lineOf(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  private static PolicyException error(int line, String what) {
    return new PolicyException(line, "Line " + line + " of the policy " + what + ".");
  }

  /** An error at a key of this mapping, whose text continues the sentence "the key ...". */
  PolicyException error(String key, String what) {
    return error(lines.getOrDefault(key, line), "has a mistake: " + key + " " + what);
  }

  void allowOnly(Mistakes mistakes, String... known) {
    for (Map.Entry<String, Integer> key : lines.entrySet()) {
      if (!Arrays.asList(known).contains(key.getKey())) {
        mistakes.add(
            error(
                key.getValue(),
                "has the unknown key "
                    + shown(key.getKey())
                    + "; known are "
                    + String.join(", ", known)));
      }
    }
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  /** What a key holds that need not be there; nothing, too, when that is a mistake. */
  <T> Optional<T> optional(String key, Mistakes mistakes, Mistakes.Reading<T> reading) {
    return has(key)
        ? mistakes.orElse(Optional.empty(), () -> Optional.of(reading.read()))
        : Optional.empty();
  }

  private Node require(String key) throws PolicyException {
    @Nullable Node value = values.get(key);
    if (value == null) {
      throw error(line, "lacks the key " + key);
    }
    return value;
  }

  String text(String key) throws PolicyException {
    return text(key, require(key));
  }

  private String text(String key, Node node) throws PolicyException {
    if (!(node instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
      throw error(key, "should be a text");
    }
    return scalar.getValue();
  }

  int number(String key, Pattern form) throws PolicyException {
    String text = text(key);
    if (!form.matcher(text).matches()) {
      throw error(key, "is not a number");
    }
    return Integer.parseInt(text);
  }

  boolean bool(String key) throws PolicyException {
    return switch (text(key)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw error(key, "is not true or false");
    };
  }

  List<String> texts(String key) throws PolicyException {
    List<String> texts = new ArrayList<>();
    for (Node element : elements(key)) {
      texts.add(text(key, element));
    }
    return texts;
  }

  /**
   * A set of texts.
   *
   * @param form for sentences: what the pattern asks for
   */
  Set<String> texts(String key, Pattern pattern, String form) throws PolicyException {
    List<String> texts = texts(key);
    if (!texts.stream().allMatch(text -> pattern.matcher(text).matches())) {
      throw error(key, "holds one that is not " + form);
    }
    return Set.copyOf(texts);
  }

  /** Those of a list that can be read. */
  List<YamlMapping> mappings(String key, Mistakes mistakes) {
    List<YamlMapping> mappings = new ArrayList<>();
    for (Node element : mistakes.orElse(List.<Node>of(), () -> elements(key))) {
      mistakes
          .orElse(Optional.<YamlMapping>empty(), () -> Optional.of(new YamlMapping(element)))
          .ifPresent(mappings::add);
    }
    return mappings;
  }

  Optional<YamlMapping> mapping(String key, Mistakes mistakes) {
    return optional(key, mistakes, () -> new YamlMapping(require(key)));
  }

  private List<Node> elements(String key) throws PolicyException {
    if (!(require(key) instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
      throw error(key, "should be a list with at least one entry");
    }
    return sequence.getValue();
  }
}
