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
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.blindbook.auditor.trace.instrument.CallRules;
import org.blindbook.auditor.trace.instrument.Instrumenter;
import org.blindbook.auditor.trace.instrument.Site;
import org.blindbook.auditor.trace.instrument.SiteTable;
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

  /** What clients and loaders run, beside the enclave and not traced. */
  private static final String EDGE = "org.blindbook.edge.";

  /** The client's cryptography, which the lookup enclave's image does not hold. */
  private static final String CLIENT_LIBRARY = "org.bouncycastle.";

  /** In place of a kernel: the one that the enclave chooses itself. */
  static final String OWN_CHOICE = "own choice";

  /** In place of a kernel, for an enclave that has none. */
  static final String NO_KERNEL = "none";

  private static final Set<String> TELLS_NOTHING = Set.of(OWN_CHOICE, NO_KERNEL);

  /** The enclave's settings for its inner loops, read when its classes initialise themselves. */
  private static final String KERNEL_PROPERTY = "blindbook.kernel";

  private static final String THREADS_PROPERTY = "blindbook.table.threads";

  /** Of the interfaces {@code BucketKernel} and {@code LayerKernel}. */
  private static final Set<String> KERNEL_METHODS = Set.of("match", "compareExchange");

  private final ShippedImage image;
  private final Scale scale;
  private final Instrumenter instrumenter;
  private final ClassLoader libraries;
  private final BitSet reached = new BitSet();

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
    return load();
  }

  /**
   * Runs the chosen families.
   *
   * @param kernels that the enclave is told to use, one after the other; {@link #OWN_CHOICE} and
   *     {@link #NO_KERNEL} tell it nothing
   * @param progress told each result as it comes
   */
  List<FamilyResult> run(
      List<String> kernels, Predicate<String> chosen, Consumer<FamilyResult> progress)
      throws CheckException {
    List<FamilyResult> results = new ArrayList<>();
    for (String kernel : kernels) {
      for (String name : families().stream().map(Family::name).filter(chosen).toList()) {
        set(KERNEL_PROPERTY, TELLS_NOTHING.contains(kernel) ? "" : kernel);
        set(THREADS_PROPERTY, "1");
        Family family =
            load().stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
        FamilyResult result = run(kernel, family);
        results.add(result);
        progress.accept(result);
      }
    }
    return results;
  }

  /** The enclave reads its properties when it is loaded, and it is loaded for every family. */
  private static void set(String property, String value) {
    System.setProperty(property, value);
  }

  private FamilyResult run(String kernel, Family family) {
    long start = System.nanoTime();
    Comparison comparison = new Comparison(instrumenter.sites(), family);
    Verdict verdict = comparison.compare();
    reached.or(comparison.reached());
    return new FamilyResult(
        kernel,
        kernelClasses(comparison.reached()),
        family,
        comparison.events(),
        verdict,
        (System.nanoTime() - start) / 1_000_000);
  }

  /** By evidence, not by what the enclave was told: it may be an image that knows no kernels. */
  private Set<String> kernelClasses(BitSet sites) {
    return sites.stream()
        .mapToObj(sites()::get)
        .filter(s -> s.event().equals(Site.ENTERED) && KERNEL_METHODS.contains(s.method()))
        .map(s -> s.type().substring(s.type().lastIndexOf('.') + 1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The families, bound to a freshly loaded enclave. */
  @SuppressWarnings("unchecked") // Families is ours
  private List<Family> load() throws CheckException {
    ClassLoader loader = new TracedLoader(instrumenter, ObliviousnessCheck::driverClass, libraries);
    try {
      return ((Function<Scale, List<Family>>)
              loader.loadClass(families(image.program())).getDeclaredConstructor().newInstance())
          .apply(scale);
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

  /** Sites that ran in any family. */
  BitSet reached() {
    return reached;
  }

  SiteTable sites() {
    return instrumenter.sites();
  }

  /** All methods with code in the traced classes, by class. */
  Map<String, Set<String>> methods() {
    Map<String, Set<String>> methods = new TreeMap<>();
    image.classes().keySet().forEach(type -> methods.put(type, instrumenter.methods(type)));
    return methods;
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
