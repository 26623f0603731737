package org.blindbook.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documentation names only what exists: files, commands and their options. */
class DocsIT {
  private static final Path HOME = Path.of(System.getProperty("blindbook.home"));
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");
  private static final Pattern REPOSITORY_PATH =
      Pattern.compile("`((?:enclave-sim|discovery-client|discovery-server|docs)/[\\w./-]*\\w)`");
  private static final Pattern INVOCATION =
      Pattern.compile("(?m)(?:^|[ `(])(?:\\./)?blindbook ((?:audit |bench )?[a-z]+)([^`\\n]*)");
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");

  private static Map<Path, String> documents() throws IOException {
    Map<Path, String> documents = new LinkedHashMap<>();
    try (Stream<Path> top = Files.list(HOME);
        Stream<Path> docs = Files.walk(HOME.resolve("docs"))) {
      for (Path file :
          Stream.concat(top, docs).filter(f -> f.toString().endsWith(".md")).sorted().toList()) {
        documents.put(file, Files.readString(file));
      }
    }
    assertThat(documents).hasSizeGreaterThan(10);
    return documents;
  }

  @Test
  void linksAndPathsLeadSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Map.Entry<Path, String> document : documents().entrySet()) {
      Path folder = document.getKey().getParent();
      for (Matcher link = LINK.matcher(document.getValue()); link.find(); ) {
        String target = link.group(1);
        if (!target.contains("://") && !Files.exists(folder.resolve(target))) {
          broken.add(HOME.relativize(document.getKey()) + " links to " + target);
        }
      }
      for (Matcher path = REPOSITORY_PATH.matcher(document.getValue()); path.find(); ) {
        if (!Files.exists(HOME.resolve(path.group(1)))) {
          broken.add(HOME.relativize(document.getKey()) + " names " + path.group(1));
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void commandsAndOptionsExist() throws Exception {
    Map<String, Set<String>> used = new LinkedHashMap<>();
    for (String text : documents().values()) {
      String joined = text.replace("\\\n", " ");
      for (Matcher call = INVOCATION.matcher(joined); call.find(); ) {
        Set<String> options = used.computeIfAbsent(call.group(1), c -> new TreeSet<>());
        OPTION.matcher(call.group(2)).results().forEach(o -> options.add(o.group()));
      }
    }
    used.keySet().retainAll(commandsOf(help("--help"), used.keySet()));
    assertThat(used)
        .containsKeys("serve", "load", "credential", "discover", "demo", "audit verify");
    List<String> unknown = new ArrayList<>();
    for (Map.Entry<String, Set<String>> command : used.entrySet()) {
      List<String> words = new ArrayList<>(List.of(command.getKey().split(" ")));
      words.add("--help");
      String help = help(words.toArray(String[]::new));
      for (String option : command.getValue()) {
        if (!help.contains(option)) {
          unknown.add("blindbook " + command.getKey() + " " + option);
        }
      }
    }
    assertThat(unknown).isEmpty();
  }

  /** Prose has words after "blindbook" as well; a command is what the launcher lists. */
  private static Set<String> commandsOf(String launcherHelp, Set<String> candidates) {
    Set<String> commands = new TreeSet<>();
    for (String candidate : candidates) {
      String first = candidate.split(" ")[0];
      if (Pattern.compile("(?m)^  " + first + " ").matcher(launcherHelp).find()) {
        commands.add(candidate);
      }
    }
    return commands;
  }

  private static String help(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(HOME.resolve("blindbook").toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
