package org.blindbook.auditor.reachability;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The project's own classes in an image, by internal name, and how they are related. */
final class ImageClasses {
  private static final String OWN = "org/blindbook/";

  private final Map<String, ClassModel> own = new TreeMap<>();
  private final URLClassLoader libraries;
  private final Map<String, Set<String>> supertypes = new HashMap<>();

  /**
   * @param folder of the image's jars
   */
  ImageClasses(Path folder) throws IOException {
    List<URL> urls = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        urls.add(jar.toUri().toURL());
        read(jar);
      }
    }
    libraries = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  private void read(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : file.stream().toList()) {
        String name = entry.getName();
        if (name.startsWith(OWN) && name.endsWith(".class")) {
          byte[] bytes = file.getInputStream(entry).readAllBytes();
          own.put(
              name.substring(0, name.length() - ".class".length()), ClassFile.of().parse(bytes));
        }
      }
    }
  }

  Collection<ClassModel> all() {
    return own.values();
  }

  boolean isOwn(String type) {
    return own.containsKey(type);
  }

  static String name(ClassModel type) {
    return type.thisClass().asInternalName();
  }

  static Optional<MethodModel> declared(ClassModel type, String method, String descriptor) {
    return type.methods().stream()
        .filter(m -> m.methodName().equalsString(method) && m.methodType().equalsString(descriptor))
        .findFirst();
  }

  /** A class's own supertypes and itself, classes before interfaces: the order of resolution. */
  private List<String> lineage(String type) {
    List<String> classes = new ArrayList<>();
    for (String next = type; own.containsKey(next); next = superclass(next)) {
      classes.add(next);
    }
    Set<String> interfaces = new LinkedHashSet<>();
    classes.forEach(c -> collectInterfaces(c, interfaces));
    classes.addAll(interfaces);
    return classes;
  }

  private String superclass(String type) {
    return own.get(type).superclass().map(ClassEntry::asInternalName).orElse("");
  }

  private void collectInterfaces(String type, Set<String> into) {
    for (ClassEntry entry : own.get(type).interfaces()) {
      if (isOwn(entry.asInternalName()) && into.add(entry.asInternalName())) {
        collectInterfaces(entry.asInternalName(), into);
      }
    }
  }

  /** The method with code that a call of an object of this class ends in, when it is an own one. */
  Optional<Reached> resolve(String type, String method, String descriptor) {
    for (String candidate : lineage(type)) {
      Optional<MethodModel> found = declared(own.get(candidate), method, descriptor);
      if (found.isPresent() && found.get().code().isPresent()) {
        return Optional.of(new Reached(candidate, found.get()));
      }
    }
    return Optional.empty();
  }

  /** A method with code, and the class that declares it. */
  record Reached(String type, MethodModel method) {}

  /** All supertypes of a class by name, itself included, also those outside. */
  Set<String> supertypes(String type) {
    Set<String> known = supertypes.get(type);
    if (known != null) {
      return known;
    }
    Set<String> found = new LinkedHashSet<>();
    found.add(type);
    ClassModel model = own.get(type);
    if (model == null) {
      found.addAll(supertypesOutside(load(type)));
    } else {
      Stream.concat(model.superclass().stream(), model.interfaces().stream())
          .forEach(parent -> found.addAll(supertypes(parent.asInternalName())));
    }
    supertypes.put(type, found);
    return found;
  }

  private Class<?> load(String type) {
    try {
      return Class.forName(type.replace('/', '.'), false, libraries);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("an image refers to a class that it does not hold", e);
    }
  }

  private static Set<String> supertypesOutside(Class<?> type) {
    Set<String> found = new LinkedHashSet<>();
    found.add(type.getName().replace('.', '/'));
    Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()))
        .forEach(parent -> found.addAll(supertypesOutside(parent)));
    return found;
  }

  /** Whether code outside may call this method because it knows it from a type of its own. */
  boolean isKnownOutside(String type, MethodModel method) {
    return supertypes(type).stream()
        .filter(t -> !isOwn(t) && !t.equals("java/lang/Object"))
        .anyMatch(t -> declares(load(t), method));
  }

  private static boolean declares(Class<?> type, MethodModel method) {
    return Arrays.stream(type.getDeclaredMethods())
        .anyMatch(
            m -> m.getName().equals(method.methodName().stringValue()) && sameShape(m, method));
  }

  private static boolean sameShape(Method outside, MethodModel method) {
    return MethodType.methodType(outside.getReturnType(), outside.getParameterTypes())
        .toMethodDescriptorString()
        .equals(method.methodType().stringValue());
  }

  /** Every class that own classes name and that neither the image nor the Java runtime has. */
  Set<String> missing() {
    Set<String> missing = new TreeSet<>();
    for (ClassModel type : own.values()) {
      for (PoolEntry entry : type.constantPool()) {
        if (entry instanceof ClassEntry named && !isThere(named)) {
          missing.add(named.asInternalName() + ", named by " + name(type));
        }
      }
    }
    return missing;
  }

  /** The classes that own classes name and that begin so. */
  Set<String> named(String prefix) {
    Set<String> named = new TreeSet<>();
    for (ClassModel type : own.values()) {
      for (PoolEntry entry : type.constantPool()) {
        if (entry instanceof ClassEntry other && other.asInternalName().startsWith(prefix)) {
          named.add(other.asInternalName());
        }
      }
    }
    return named;
  }

  private boolean isThere(ClassEntry named) {
    String type = named.asInternalName();
    if (type.startsWith("[")) {
      type = type.replaceFirst("^\\[+L?", "").replace(";", "");
    }
    if (isOwn(type) || type.length() == 1) {
      return true;
    }
    try {
      Class.forName(type.replace('/', '.'), false, libraries);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  static boolean is(MethodModel method, AccessFlag flag) {
    return method.flags().has(flag);
  }
}
