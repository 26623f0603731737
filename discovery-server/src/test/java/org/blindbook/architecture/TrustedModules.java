package org.blindbook.architecture;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The modules that run inside an enclave, and what each may use that is not ours: entries of an
 * {@link AllowList}. What could carry a secret out, or bring code in, is allowed to single classes
 * only: files, sockets, streams of the process, properties, threads and the JVM's own bean.
 */
final class TrustedModules {
  /**
   * One module.
   *
   * @param folder from the repository's root
   * @param allowed for all its classes
   * @param alsoAllowed for single classes and those nested in them, by the class's name or its end
   */
  record TrustedModule(String folder, List<String> allowed, Map<String, List<String>> alsoAllowed) {
    Path classes(Path root) {
      return root.resolve(folder).resolve("target/classes");
    }

    /** What the class of that name may use. */
    AllowList of(String className) {
      Stream<String> also =
          alsoAllowed.entrySet().stream()
              .filter(grant -> means(grant.getKey(), className))
              .flatMap(grant -> grant.getValue().stream());
      return new AllowList(Stream.concat(allowed.stream(), also).toList());
    }

    @Override
    public String toString() {
      return folder;
    }

    /** Whether a key of {@link #alsoAllowed} means that class. */
    static boolean means(String key, String className) {
      return ("." + className.replaceAll("\\$.*", "")).endsWith("." + key);
    }
  }

  /** The language itself, and values that only compute: nothing here reaches out of the process. */
  private static final List<String> LANGUAGE =
      List.of(
          "java.lang.AssertionError",
          "java.lang.Enum",
          "java.lang.Exception",
          "java.lang.FunctionalInterface",
          "java.lang.IllegalArgumentException",
          "java.lang.IllegalStateException",
          "java.lang.Integer",
          "java.lang.Long",
          "java.lang.MatchException",
          "java.lang.Math",
          "java.lang.Object#<init>",
          "java.lang.Record",
          "java.lang.String",
          "java.lang.System#arraycopy",
          "org.jspecify.annotations.NullMarked");

  private static final List<String> COLLECTIONS =
      List.of(
          "java.util.ArrayList",
          "java.util.Arrays",
          "java.util.Iterator",
          "java.util.List",
          "java.util.Map",
          "java.util.Objects",
          "java.util.Optional",
          "java.util.Set",
          "java.util.stream.IntStream",
          "java.util.stream.Stream");

  /** Bytes in memory, and streams that somebody else has opened. */
  private static final List<String> BYTES =
      List.of(
          "java.io.DataInputStream",
          "java.io.EOFException",
          "java.io.IOException",
          "java.io.InputStream",
          "java.io.OutputStream",
          "java.nio.ByteBuffer",
          "java.nio.LongBuffer",
          "java.nio.charset.StandardCharsets",
          "java.security.GeneralSecurityException",
          "java.security.SecureRandom#nextBytes",
          "java.util.HexFormat");

  /** Reads a clock that somebody else has given. */
  private static final List<String> TIME =
      List.of(
          "java.time.Duration",
          "java.time.Instant#getEpochSecond",
          "java.time.InstantSource#instant");

  /** Work that waits for other work, all of it ours. */
  private static final List<String> CONCURRENCY =
      List.of(
          "java.lang.InterruptedException",
          "java.lang.Runnable",
          "java.util.concurrent.CompletableFuture",
          "java.util.concurrent.CompletionException",
          "java.util.concurrent.CompletionStage",
          "java.util.concurrent.ConcurrentHashMap",
          "java.util.concurrent.Executor",
          "java.util.concurrent.TimeUnit",
          "java.util.concurrent.atomic.AtomicInteger",
          "java.util.concurrent.atomic.AtomicLong",
          "java.util.concurrent.locks.Condition",
          "java.util.concurrent.locks.ReentrantLock");

  private static final List<String> DIGEST =
      List.of("java.security.MessageDigest", "java.security.NoSuchAlgorithmException");
  private static final List<String> AEAD =
      List.of(
          "javax.crypto.AEADBadTagException",
          "javax.crypto.Cipher",
          "javax.crypto.spec.IvParameterSpec",
          "javax.crypto.spec.SecretKeySpec");
  private static final List<String> MAC =
      List.of("javax.crypto.Mac", "javax.crypto.spec.SecretKeySpec");
  private static final List<String> REGULAR_EXPRESSIONS =
      List.of("java.util.regex.Matcher", "java.util.regex.Pattern");
  private static final List<String> FIELD = List.of("org.bouncycastle.math.ec.rfc7748.X25519Field");

  /** What only a main method may make. */
  private static final List<String> PROCESS =
      List.of("java.security.SecureRandom#<init>", "java.time.InstantSource#system");

  private static final List<String> BIG_NUMBERS = List.of("java.math.BigInteger");

  private static final TrustedModule PROTOCOL =
      new TrustedModule(
          "enclave-sim/protocol",
          join(LANGUAGE, COLLECTIONS, BYTES),
          Map.ofEntries(
              Map.entry("protocol.HmacSha256", MAC),
              Map.entry("protocol.Sha256", DIGEST),
              Map.entry("calls.CallWire", List.of("java.nio.BufferUnderflowException")),
              Map.entry(
                  "calls.EnclaveCalls",
                  List.of("java.lang.Void", "java.util.concurrent.CompletionStage")),
              Map.entry("hardware.HardwarePipe", List.of("java.io.DataOutputStream")),
              Map.entry("protocol.Aead", AEAD),
              Map.entry("noise.CipherState", List.of("java.nio.ByteOrder"))));

  private static final TrustedModule PROTOCOL_LOOKUP =
      new TrustedModule(
          "enclave-sim/protocol-lookup",
          join(LANGUAGE, COLLECTIONS, BYTES),
          Map.of("lookup.LookupCalls", List.of("java.util.concurrent.CompletionStage")));

  private static final TrustedModule PROTOCOL_EVALUATION =
      new TrustedModule(
          "enclave-sim/protocol-evaluation",
          join(LANGUAGE, COLLECTIONS, BYTES),
          Map.ofEntries(
              Map.entry(
                  "evaluation.EvaluatorCalls", List.of("java.util.concurrent.CompletionStage")),
              Map.entry("oprf.Ciphersuite", DIGEST),
              Map.entry("ristretto.Addend", FIELD),
              Map.entry("ristretto.BatchEncoding", FIELD),
              Map.entry("ristretto.EdwardsCurve", FIELD),
              Map.entry("ristretto.Element", FIELD),
              Map.entry("ristretto.Encoding", FIELD),
              Map.entry("ristretto.Field", join(FIELD, BIG_NUMBERS)),
              Map.entry("ristretto.PointTable", FIELD),
              Map.entry("ristretto.Quotients", FIELD),
              // Constants of the group, made once when the class loads.
              Map.entry("ristretto.Scalar", BIG_NUMBERS)));

  private static final TrustedModule BASE =
      new TrustedModule(
          "enclave-sim/enclave/base",
          join(LANGUAGE, COLLECTIONS, BYTES, TIME, CONCURRENCY),
          Map.ofEntries(
              Map.entry("calls.AnsweredCalls", List.of("java.lang.Void")),
              Map.entry(
                  "calls.EnclaveProcess",
                  List.of(
                      "java.io.PrintStream#println",
                      "java.lang.Runtime#availableProcessors getRuntime",
                      "java.lang.System#err exit in out setOut",
                      "java.lang.Thread#ofPlatform",
                      "java.lang.Thread$Builder$OfPlatform#daemon name unstarted",
                      "java.nio.file.Path#of",
                      "java.util.concurrent.Executors#newFixedThreadPool")),
              // The only class with a socket: what the host calls comes in, answers go out.
              Map.entry(
                  "calls.CallServer",
                  List.of(
                      "java.lang.Error",
                      "java.lang.RuntimeException",
                      "java.lang.Throwable#addSuppressed getCause",
                      "java.net.StandardProtocolFamily#UNIX",
                      "java.net.UnixDomainSocketAddress#of",
                      "java.nio.channels.Channels#newInputStream",
                      "java.nio.channels.ServerSocketChannel#accept bind close open",
                      "java.nio.channels.SocketChannel#close write",
                      "java.nio.file.Files#deleteIfExists",
                      "java.nio.file.Path",
                      "java.util.concurrent.Semaphore#<init> acquireUninterruptibly release")),
              // Those who wait for evidence; a platform's defect ends nobody else's wait.
              Map.entry(
                  "session.ChannelKeys",
                  List.of(
                      "java.lang.RuntimeException",
                      "java.util.ArrayDeque#<init> add isEmpty remove size")),
              Map.entry(
                  "session.Session", List.of("java.util.concurrent.Semaphore#release tryAcquire")),
              Map.entry(
                  "session.Sessions",
                  List.of(
                      "java.lang.Runtime#getRuntime maxMemory",
                      "java.util.concurrent.Semaphore#<init>")),
              Map.entry(
                  "channel.X25519",
                  join(
                      BIG_NUMBERS,
                      List.of(
                          "java.security.InvalidKeyException",
                          "java.security.KeyFactory#generatePrivate generatePublic getInstance",
                          "java.security.spec.NamedParameterSpec#X25519",
                          "java.security.spec.XECPrivateKeySpec#<init>",
                          "java.security.spec.XECPublicKeySpec#<init>",
                          "javax.crypto.KeyAgreement"))),
              Map.entry(
                  "channel.MlKem",
                  List.of(
                      "java.security.InvalidKeyException",
                      "java.security.KeyFactory#generatePublic getInstance",
                      "java.security.spec.InvalidKeySpecException",
                      "java.security.spec.X509EncodedKeySpec#<init>",
                      "javax.crypto.KEM")),
              Map.entry(
                  "channel.Responder",
                  List.of("javax.crypto.KEM$Encapsulated", "javax.crypto.SecretKey#getEncoded")),
              // Gives memory back after a table grew: it looks at the heap now and then.
              Map.entry(
                  "memory.MemoryReturn",
                  List.of(
                      "java.lang.Runtime#getRuntime totalMemory",
                      "java.lang.System#gc",
                      "java.lang.Thread#ofPlatform",
                      "java.lang.Thread$Builder$OfPlatform#daemon name start",
                      "java.util.concurrent.locks.LockSupport#parkNanos",
                      "java.util.function.LongSupplier")),
              Map.entry("settings.Settings", List.of("java.util.HashMap", "java.util.Map"))));

  private static final TrustedModule LOOKUP =
      new TrustedModule(
          "enclave-sim/enclave/lookup",
          join(LANGUAGE, COLLECTIONS, BYTES, TIME, CONCURRENCY),
          Map.ofEntries(
              Map.entry(
                  "lookup.Main",
                  join(
                      PROCESS,
                      List.of(
                          "java.lang.Thread#ofPlatform", "java.lang.Thread$Builder$OfPlatform"))),
              Map.entry(
                  "lookup.LookupEnclave", List.of("java.lang.Thread$UncaughtExceptionHandler")),
              Map.entry("oblivious.FailStop", List.of("java.lang.Runtime#getRuntime halt")),
              Map.entry("oblivious.VectorLayers", List.of("jdk.incubator.vector.*")),
              Map.entry("oblivious.VectorWidth", List.of("jdk.incubator.vector.*")),
              Map.entry(
                  "lookup.TableThread",
                  List.of(
                      "java.lang.System#nanoTime",
                      "java.lang.Thread#<init> setDaemon setUncaughtExceptionHandler start",
                      "java.lang.Thread$UncaughtExceptionHandler",
                      "java.util.ArrayDeque")),
              Map.entry("table.Sieve", List.of("jdk.incubator.vector.*")),
              Map.entry("table.TableContext", List.of("java.lang.Runtime#getRuntime maxMemory")),
              Map.entry("table.VectorBuckets", List.of("jdk.incubator.vector.*")),
              Map.entry(
                  "table.Workers",
                  List.of(
                      "java.lang.Thread#ofPlatform",
                      "java.lang.Thread$Builder$OfPlatform#daemon name unstarted",
                      "java.util.concurrent.ExecutorService",
                      "java.util.concurrent.Executors#newFixedThreadPool")),
              // Asks the JVM which of its code is compiled:
              // docs/decisions/1001-ask-the-jvm-for-its-code.md.
              Map.entry(
                  "warmup.CompiledCode",
                  join(
                      REGULAR_EXPRESSIONS,
                      List.of(
                          "java.lang.Class#getName",
                          "java.lang.management.ManagementFactory#getPlatformMBeanServer",
                          "java.util.stream.Collectors",
                          "javax.management.JMException",
                          "javax.management.MBeanServer#invoke",
                          "javax.management.ObjectName#<init>"))),
              Map.entry(
                  "warmup.WarmUp",
                  List.of(
                      "java.util.concurrent.locks.LockSupport#parkNanos",
                      "java.util.function.LongSupplier#getAsLong"))));

  private static final TrustedModule EVALUATOR =
      new TrustedModule(
          "enclave-sim/enclave/evaluator",
          join(LANGUAGE, COLLECTIONS, BYTES, TIME, CONCURRENCY),
          Map.of("evaluator.Main", PROCESS));

  static final List<TrustedModule> ALL =
      List.of(PROTOCOL, PROTOCOL_LOOKUP, PROTOCOL_EVALUATION, BASE, LOOKUP, EVALUATOR);

  private TrustedModules() {}

  @SafeVarargs
  private static List<String> join(Collection<String>... lists) {
    List<String> all = new ArrayList<>();
    for (Collection<String> list : lists) {
      all.addAll(list);
    }
    return all;
  }
}
