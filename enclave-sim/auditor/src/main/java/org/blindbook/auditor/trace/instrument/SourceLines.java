package org.blindbook.auditor.trace.instrument;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.LineNumber;
import java.lang.reflect.AccessFlag;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The source lines of a class that somebody wrote, method by method, each as the {@link Site} that
 * says it ran. Its detail is the line's digest: of the line's instructions without the numbers that
 * an edit elsewhere moves, so that it names the line wherever it stands in its method.
 */
final class SourceLines {
  private static final String LAMBDA = "lambda$";

  private final Map<MethodModel, Map<Integer, Site>> lines = new LinkedHashMap<>();

  SourceLines(String type, ClassModel model) {
    Map<String, Integer> alike = new HashMap<>();
    for (MethodModel method : model.methods()) {
      Map<Integer, Site> ofMethod = new TreeMap<>();
      if (method.code().isPresent() && !isGenerated(model, method)) {
        String name = writtenName(method.methodName().stringValue());
        texts(method)
            .forEach(
                (line, text) -> {
                  // Lines of a method that are the same are told apart by their order.
                  int earlier = alike.merge(name + "\n" + text, 1, Integer::sum) - 1;
                  String digest = LineDigest.of(text, earlier);
                  ofMethod.put(line, new Site(type, name, line, Site.LINE, digest));
                });
      }
      lines.put(method, ofMethod);
    }
  }

  /** The lines of one method of the class, by number. */
  Map<Integer, Site> of(MethodModel method) {
    return lines.getOrDefault(method, Map.of());
  }

  /** The lines of all methods. */
  List<Site> all() {
    return lines.values().stream().flatMap(ofMethod -> ofMethod.values().stream()).toList();
  }

  /** By line, what it is made of; a line may come in several pieces. */
  private static Map<Integer, StringBuilder> collect(MethodModel method) {
    Map<Integer, StringBuilder> texts = new LinkedHashMap<>();
    StringBuilder current = new StringBuilder();
    for (CodeElement element : method.code().orElseThrow()) {
      if (element instanceof LineNumber line) {
        current = texts.computeIfAbsent(line.line(), l -> new StringBuilder());
      } else if (element instanceof Instruction instruction) {
        current.append(LineDigest.text(instruction)).append('\n');
      }
    }
    return texts;
  }

  private static Map<Integer, String> texts(MethodModel method) {
    Map<Integer, String> texts = new TreeMap<>();
    collect(method).forEach((line, text) -> texts.put(line, text.toString()));
    return texts;
  }

  /** A lambda's body belongs to the method that it is written in. */
  static String writtenName(String method) {
    if (!method.startsWith(LAMBDA)) {
      return method;
    }
    String name = method.substring(LAMBDA.length(), method.lastIndexOf('$'));
    return switch (name) {
      case "new" -> "<init>";
      case "static" -> "<clinit>";
      default -> name;
    };
  }

  private static boolean isGenerated(ClassModel type, MethodModel method) {
    String name = method.methodName().stringValue();
    boolean synthetic = method.flags().has(AccessFlag.SYNTHETIC) && !name.startsWith(LAMBDA);
    return synthetic
        || keepsFromBeingMade(method)
        || GeneratedMembers.isOfEnumOrRecord(type, method);
  }

  /** The private constructor of a class of functions: without parameters, and it does nothing. */
  private static boolean keepsFromBeingMade(MethodModel method) {
    return method.methodName().equalsString("<init>")
        && method.methodType().equalsString("()V")
        && method.flags().has(AccessFlag.PRIVATE)
        && GeneratedMembers.instructions(method).size() == 3;
  }
}
