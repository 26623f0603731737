package org.blindbook.enclave.warmup;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * What C2 has compiled of the code with vector operations, by the number that the JVM gives to
 * every compilation. A number that goes missing is code that the JVM has given up: because data
 * took a way that C2 had left out, because a class was loaded that an assumption had excluded, or
 * for any other reason. The JVM is asked for the state of its code rather than for events, because
 * no event tells all of these, and because nothing is written anywhere.
 */
final class CompiledCode {
  /**
   * Where vectors are: without C2 they branch on data. All other code does what its bytecode does,
   * whoever runs it (docs/decisions/1001).
   */
  private static final List<String> WITH_VECTORS =
      List.of(
          "org.blindbook.enclave.table.",
          "org.blindbook.enclave.oblivious.",
          "jdk.incubator.vector.");

  /** A quick look first: the list has thousands of lines. */
  private static final String C2_IN_USE = " 4 0 ";

  /** As the JVM lists compiled code: number, tier 4 for C2, state 0 for in use, method, places. */
  private static final Pattern IN_USE = Pattern.compile("(\\d+) 4 0 (\\S+)\\(.*");

  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  private final ObjectName commands;

  CompiledCode() {
    try {
      commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
    } catch (JMException e) {
      throw new IllegalStateException("a constant name is malformed", e);
    }
  }

  /** The numbers of what is in use now. */
  Set<Integer> inUse() {
    try {
      Object list =
          server.invoke(
              commands,
              "compilerCodelist",
              new Object[] {new String[0]},
              new String[] {String[].class.getName()});
      return String.valueOf(list)
          .lines()
          .filter(line -> line.contains(C2_IN_USE))
          .map(IN_USE::matcher)
          .filter(Matcher::matches)
          .filter(line -> WITH_VECTORS.stream().anyMatch(line.group(2)::startsWith))
          .map(line -> Integer.valueOf(line.group(1)))
          .collect(Collectors.toUnmodifiableSet());
    } catch (JMException e) {
      throw new IllegalStateException("this Java runtime does not list its compiled code", e);
    }
  }
}
