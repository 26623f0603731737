package org.blindbook.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The types of the JDK and of other people's libraries that a class may use. What is not listed is
 * not allowed, so a new way out of the enclave needs a new line in a list.
 *
 * <p>An entry is one of
 *
 * <ul>
 *   <li>a package and all its types, {@code java.util.function.*}, packages below it not included
 *   <li>a type and all its members, {@code java.lang.String}; it stands for types nested in it too
 *   <li>some members of a type, {@code java.lang.System#arraycopy nanoTime}; {@code <init>} is a
 *       constructor
 * </ul>
 */
final class AllowList {
  private static final String OURS = "org.blindbook.";

  /** What a class uses: a type, and a member of it where one is called, read or written. */
  private record Use(String type, String member, String where) {
    static Use of(Dependency dependency) {
      return new Use(
          dependency.getTargetClass().getBaseComponentType().getName(),
          "",
          dependency.getDescription());
    }

    static Use of(JavaAccess<?> access) {
      return new Use(
          access.getTargetOwner().getBaseComponentType().getName(),
          access.getName(),
          access.getDescription());
    }
  }

  /**
   * @param type or package
   * @param members none where all are allowed
   */
  private record Entry(String type, Set<String> members) {
    static Entry parse(String text) {
      String[] parts = text.split("#");
      return new Entry(parts[0], parts.length == 1 ? Set.of() : Set.of(parts[1].split(" ")));
    }

    boolean allows(Use use) {
      boolean typeIsMeant =
          type.endsWith(".*")
              ? use.type.replaceFirst("[^.]*$", "*").equals(type)
              : use.type.equals(type) || use.type.startsWith(type + "$");
      return typeIsMeant
          && (members.isEmpty() || use.member.isEmpty() || members.contains(use.member));
    }

    /** Of the entry's parts those that nothing needs. */
    Stream<String> unused(Collection<Use> uses) {
      List<String> used = uses.stream().filter(this::allows).map(Use::member).toList();
      if (used.isEmpty()) {
        return Stream.of(type);
      }
      return members.stream().filter(member -> !used.contains(member)).map(m -> type + "#" + m);
    }
  }

  private final List<Entry> entries;

  AllowList(Collection<String> entries) {
    this.entries = entries.stream().map(Entry::parse).toList();
  }

  /** What the class uses and may not, with the place where it does. */
  Set<String> violations(JavaClass user) {
    Set<String> violations = new TreeSet<>();
    uses(user)
        .filter(use -> entries.stream().noneMatch(entry -> entry.allows(use)))
        .forEach(use -> violations.add(use.type + "#" + use.member + ": " + use.where));
    return violations;
  }

  /** The entries that none of these classes needs: they are to be struck from the list. */
  Set<String> unused(Collection<JavaClass> users) {
    List<Use> uses = users.stream().flatMap(AllowList::uses).toList();
    Set<String> unused = new TreeSet<>();
    entries.forEach(entry -> entry.unused(uses).forEach(unused::add));
    return unused;
  }

  private static Stream<Use> uses(JavaClass user) {
    return Stream.concat(
            user.getDirectDependenciesFromSelf().stream().map(Use::of),
            user.getAccessesFromSelf().stream().map(Use::of))
        .filter(use -> use.type.contains(".") && !use.type.startsWith(OURS));
  }
}
