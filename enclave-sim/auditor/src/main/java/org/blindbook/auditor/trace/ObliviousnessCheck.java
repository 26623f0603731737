package org.blindbook.auditor.trace;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.blindbook.auditor.trace.instrument.CallRules;
import org.blindbook.auditor.trace.instrument.Instrumenter;
import org.blindbook.auditor.trace.instrument.Site;
import org.blindbook.auditor.trace.instrument.TracedLoader;
import org.blindbook.platform.EnclaveProgram;
import org.jspecify.annotations.Nullable;

/**
 * The check: every family of inputs runs in the shipped enclave, loaded afresh and instrumented,
 * and the traces of its inputs are compared event by event.
 */
final class ObliviousnessCheck {
  private static final String SCENARIOS = "org.blindbook.auditor.trace.scenario.";
  private static final String SHARED = "org.blindbook.auditor.trace.";

  /** Not of a library. */
  private static final String OWN = "org.blindbook.";

  /** What clients and loaders run, beside the enclave and not traced. */
  private static final String EDGE = "org.blindbook.edge.";

  /** The client's cryptography, which the lookup enclave's image does not hold. */
  private static final String CLIENT_LIBRARY = "org.bouncycastle.";

  /** In place of a kernel, for an enclave that has none. */
  static final String NO_KERNEL = "none";

  /** Of the interfaces {@code BucketKernel} and {@code LayerKernel}. */
  private static final Set<String> KERNEL_METHODS = Set.of("match", "compareExchange");

  private final ShippedImage image;
  private final Scale scale;
  private final Instrumenter instrumenter;
  private final ClassLoader libraries;

  /** Sites that ran, by kernel. */
  private final Map<String, BitSet> reached = new TreeMap<>();

  ObliviousnessCheck(ShippedImage image, CallRules rules, Scale scale) {
    this(image, new Instrumenter(image.classes()::get, rules), scale);
  }

  ObliviousnessCheck(ShippedImage image, Instrumenter instrumenter, Scale scale) {
    this.image = image;
    this.scale = scale;
    this.instrumenter = instrumenter;
    this.libraries =
        new Libraries(image.jars().toArray(URL[]::new), ObliviousnessCheck.class.getClassLoader());
  }

  /**
   * What one family showed.
   *
   * @param kernel as in {@link #run}
   * @param kernelClasses the classes whose inner loops ran
   */
  record FamilyResult(
      String kernel,
      Set<String> kernelClasses,
      Family family,
      long events,
      Verdict verdict,
      long millis) {}

  List<Family> families() throws CheckException {
    return load(scale, NO_KERNEL);
  }

  /**
   * Runs the chosen families.
   *
   * @param kernel that the enclave's settings name; {@link #NO_KERNEL} for an enclave that has none
   * @param afresh whether first runs are compared, too, as {@link Comparison} says: what an enclave
   *     keeps beyond a request has nothing to do with the kernel
   * @param progress told each result as it comes
   */
  List<FamilyResult> run(
      String kernel, boolean afresh, Predicate<String> chosen, Consumer<FamilyResult> progress)
      throws CheckException {
    List<FamilyResult> results = new ArrayList<>();
    for (Family family : load(scale, kernel)) {
      if (chosen.test(family.name())) {
        FamilyResult result = run(kernel, afresh, family);
        results.add(result);
        progress.accept(result);
      }
    }
    return results;
  }

  private FamilyResult run(String kernel, boolean afresh, Family family) {
    long start = System.nanoTime();
    Comparison comparison = new Comparison(instrumenter.sites());
    Supplier<Family> settled = () -> loaded(family.name(), scale, kernel);
    Verdict verdict =
        afresh
            ? comparison.compare(
                () -> loaded(family.name(), Scale.QUICK, kernel), scale == Scale.FULL, settled)
            : comparison.compareSettled(settled);
    reached.computeIfAbsent(kernel, k -> new BitSet()).or(comparison.reached());
    return new FamilyResult(
        kernel,
        simpleNames(kernelClasses(comparison.reached())),
        family,
        comparison.events(),
        verdict,
        (System.nanoTime() - start) / 1_000_000);
  }

  /** A family, bound to a freshly loaded enclave. */
  private Family loaded(String name, Scale size, String kernel) {
    try {
      return load(size, kernel).stream()
          .filter(f -> f.name().equals(name))
          .findFirst()
          .orElseThrow();
    } catch (CheckException e) {
      throw new IllegalStateException("an enclave that was loaded once", e);
    }
  }

  /** By evidence, not by what the enclave was told: it may be an image that knows no kernels. */
  private Set<String> kernelClasses(BitSet numbers) {
    return sites(numbers)
        .filter(s -> s.event().equals(Site.ENTERED) && KERNEL_METHODS.contains(s.method()))
        .map(Site::type)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> simpleNames(Set<String> types) {
    return types.stream()
        .map(type -> type.substring(type.lastIndexOf('.') + 1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The families, bound to a freshly loaded enclave. */
  @SuppressWarnings("unchecked") // Families is ours
  private List<Family> load(Scale size, String kernel) throws CheckException {
    ClassLoader loader = new TracedLoader(instrumenter, ObliviousnessCheck::driverClass, libraries);
    try {
      return ((BiFunction<Scale, String, List<Family>>)
              loader.loadClass(families(image.program())).getDeclaredConstructor().newInstance())
          .apply(size, kernel);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new CheckException(
          "The enclave does not fit this auditor: use the auditor of the same release. ("
              + e
              + ")");
    }
  }

  private static String families(EnclaveProgram program) {
    return SCENARIOS
        + switch (program) {
          case LOOKUP -> "LookupEnclaveFamilies";
          case EVALUATOR -> "EvaluatorEnclaveFamilies";
        };
  }

  /** Loaded next to the enclave: it uses the enclave's own classes of the protocol. */
  private static byte @Nullable [] driverClass(String name) {
    if (!name.startsWith(SCENARIOS) && !name.startsWith(EDGE)) {
      return null;
    }
    try (InputStream in =
        ObliviousnessCheck.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sites that ran in any family, lines among them. */
  Set<Site> reached() {
    return reached.values().stream().flatMap(this::sites).collect(Collectors.toSet());
  }

  private Stream<Site> sites(BitSet numbers) {
    return numbers.stream().mapToObj(instrumenter.sites()::get);
  }

  /** Lines that ran in any family; of inner loops, with each kernel that runs them at all. */
  Set<Site> linesRun() {
    Set<Site> ran = reached();
    for (BitSet withKernel : reached.values()) {
      Set<String> loops = kernelClasses(withKernel);
      Set<Site> there = sites(withKernel).collect(Collectors.toSet());
      ran.removeIf(site -> loops.contains(site.type()) && !there.contains(site));
    }
    return ran;
  }

  /** Every source line of the enclave's own classes. */
  List<Site> lines() {
    return image.classes().keySet().stream()
        .filter(type -> type.startsWith(OWN))
        .flatMap(type -> instrumenter.lines(type).stream())
        .toList();
  }

  /**
   * The image's libraries and the JDK, and from the auditor what both sides share, and the client's
   * library where the image has none. That an image needs no class that it does not hold is for
   * {@code ReachabilityTest}.
   */
  private static final class Libraries extends URLClassLoader {
    private final ClassLoader auditor;

    Libraries(URL[] jars, ClassLoader auditor) {
      super(jars, ClassLoader.getPlatformClassLoader());
      this.auditor = auditor;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.startsWith(SHARED)) {
        return auditor.loadClass(name);
      }
      try {
        return super.findClass(name);
      } catch (ClassNotFoundException e) {
        if (name.startsWith(CLIENT_LIBRARY)) {
          return auditor.loadClass(name);
        }
        throw e;
      }
    }
  }
}
