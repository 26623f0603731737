package org.blindbook.auditor.trace.instrument;

import java.io.ByteArrayInputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Rewrites the classes of one set; remembers its work, so that sites keep their numbers. */
public final class Instrumenter {
  private final Function<String, byte @Nullable []> source;
  private final UnaryOperator<byte[]> change;
  private final CallRules rules;
  private final SiteTable sites = new SiteTable();
  private final Hierarchy hierarchy = new Hierarchy(this::model);
  private final ClassFile classFile;
  private final Map<String, Optional<ClassModel>> models = new HashMap<>();
  private final Map<String, byte[]> done = new HashMap<>();

  /**
   * @param source the bytes of each class to instrument; null for every other name
   */
  public Instrumenter(Function<String, byte @Nullable []> source, CallRules rules) {
    this(source, rules, UnaryOperator.identity());
  }

  /**
   * @param change applied to each class before it is instrumented: a test plants its errors here
   */
  Instrumenter(
      Function<String, byte @Nullable []> source, CallRules rules, UnaryOperator<byte[]> change) {
    this.source = source;
    this.rules = rules;
    this.change = change;
    ClassHierarchyResolver inside =
        ClassHierarchyResolver.ofResourceParsing(
            description -> {
              byte[] bytes = source.apply(BinaryNames.of(description));
              return bytes == null ? null : new ByteArrayInputStream(bytes);
            });
    this.classFile =
        ClassFile.of(
            ClassFile.ClassHierarchyResolverOption.of(
                inside.orElse(ClassHierarchyResolver.defaultResolver()).cached()));
  }

  public SiteTable sites() {
    return sites;
  }

  /** The source lines of a class of the set; none for every other name. */
  public synchronized List<Site> lines(String type) {
    ClassModel model = model(type);
    return model == null ? List.of() : new SourceLines(type, model).all();
  }

  private @Nullable ClassModel model(String name) {
    return models
        .computeIfAbsent(
            name, n -> Optional.ofNullable(source.apply(n)).map(change).map(classFile::parse))
        .orElse(null);
  }

  /** The instrumented class, or null for a class that is not in the set. */
  synchronized byte @Nullable [] instrumented(String name) {
    byte[] known = done.get(name);
    if (known != null) {
      return known;
    }
    ClassModel model = model(name);
    if (model == null) {
      return null;
    }
    SourceLines lines = new SourceLines(name, model);
    byte[] bytes =
        classFile.transformClass(
            model,
            (builder, element) -> {
              if (element instanceof MethodModel method && method.code().isPresent()) {
                MethodTransform rewriting =
                    rewriting(name, method, method.code().get(), lines.of(method));
                builder.transformMethod(method, rewriting);
              } else {
                builder.with(element);
              }
            });
    done.put(name, bytes);
    return bytes;
  }

  private MethodTransform rewriting(
      String type, MethodModel method, CodeModel code, Map<Integer, Site> lines) {
    // The method is rewritten anew when its jumps turn out too long: no state is kept between.
    return MethodTransform.transformingCode(
        CodeTransform.ofStateful(
            () -> {
              SiteFactory factory =
                  new SiteFactory(sites, type, method.methodName().stringValue(), lines);
              Scratch scratch = new Scratch();
              CallRewriter calls = new CallRewriter(factory, rules, hierarchy, scratch);
              return new MethodRewriter(factory, calls, scratch, method, code);
            }));
  }
}
