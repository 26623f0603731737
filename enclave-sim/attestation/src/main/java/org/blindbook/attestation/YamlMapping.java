package org.blindbook.attestation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private final int line;

  private YamlMapping(Node node) throws PolicyException {
    line = lineOf(node);
    if (!(node instanceof MappingNode mapping)) {
      throw error(line, "should hold keys and values");
    }
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw error(lineOf(tuple.getKeyNode()), "has a key that is not a word");
      }
      lines.put(key.getValue(), lineOf(key));
      if (values.put(key.getValue(), tuple.getValueNode()) != null) {
        throw error(lineOf(key), "repeats the key " + key.getValue());
      }
    }
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
    return new PolicyException("Line " + line + " of the policy " + what + ".");
  }

  /** An error at a key of this mapping, whose text continues the sentence "the key ...". */
  PolicyException error(String key, String what) {
    return error(lines.getOrDefault(key, line), "has a mistake: " + key + " " + what);
  }

  void allowOnly(String... known) throws PolicyException {
    for (Map.Entry<String, Integer> key : lines.entrySet()) {
      if (!Arrays.asList(known).contains(key.getKey())) {
        throw error(
            key.getValue(),
            "has the unknown key " + key.getKey() + "; known are " + String.join(", ", known));
      }
    }
  }

  boolean has(String key) {
    return values.containsKey(key);
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

  List<String> texts(String key) throws PolicyException {
    List<String> texts = new ArrayList<>();
    for (Node element : elements(key)) {
      texts.add(text(key, element));
    }
    return texts;
  }

  List<YamlMapping> mappings(String key) throws PolicyException {
    List<YamlMapping> mappings = new ArrayList<>();
    for (Node element : elements(key)) {
      mappings.add(new YamlMapping(element));
    }
    return mappings;
  }

  private List<Node> elements(String key) throws PolicyException {
    if (!(require(key) instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
      throw error(key, "should be a list with at least one entry");
    }
    return sequence.getValue();
  }
}
