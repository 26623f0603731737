package org.blindbook.auditor;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.platform.Condition;
import org.blindbook.platform.SimulatedHardware;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.Offer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server with enclaves on simulated hardware, and the command line that audits it. */
abstract class AuditOfAServer {
  private static final byte[] RUNTIME = Sha256.of(new byte[] {1});

  @TempDir Path folder;
  HttpServer server;
  SimulatedHardware hardware;
  String out = "";
  String err = "";

  /** What a server does with the nonce before it claims it. */
  interface Claiming {
    Claims claim(Claims claims, byte[] nonce);
  }

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  byte[] runtime = RUNTIME;
  String settings = "";
  Optional<String> settingsShown = Optional.empty();

  @AfterEach
  void close() {
    server.stop(0);
  }

  void serve(Claiming claiming, Instant keyExpiry, Condition... conditions) throws IOException {
    hardware =
        SimulatedHardware.ephemeral(
            new Hardware.Launch("unused", new byte[0], runtime),
            Sha256.of(new byte[] {2}),
            Set.of(conditions),
            Clock.systemUTC());
    Files.writeString(trust(), hardware.policy(LocalDate.parse("2026-11-22")));
    offer(Paths.DISCOVERY_OFFER, claims(keyExpiry), claiming);
  }

  Claims claims(Instant keyExpiry) {
    return Claims.truncated(
        new byte[32], keyExpiry.getEpochSecond(), Sha256.of(utf8(settings)), runtime);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Offers an enclave on the hardware that serves. */
  void offer(String path, Claims plain, Claiming claiming) {
    server.createContext(
        path,
        exchange -> {
          String query = exchange.getRequestURI().getQuery();
          byte[] nonce = HexFormat.of().parseHex(query.substring("nonce=".length()));
          Claims claims = claiming.claim(plain, nonce);
          Hardware.Evidence evidence = hardware.quote(Arrays.copyOf(claims.digest(), 64));
          byte[] offer =
              new Offer(claims, new byte[0], evidence.quote(), evidence.collateral()).encode();
          offer = shown(offer);
          exchange.sendResponseHeaders(200, offer.length);
          exchange.getResponseBody().write(offer);
          exchange.close();
        });
  }

  /** As the host relays it. */
  byte[] shown(byte[] offer) throws IOException {
    try {
      return ReceivedOffer.decode(offer)
          .withSettings(utf8(settingsShown.orElse(settings)))
          .encode();
    } catch (MalformedMessageException e) {
      throw new IOException(e);
    }
  }

  void serve(Condition... conditions) throws IOException {
    serve(Claims::withNonce, inTenMinutes(), conditions);
  }

  static Instant inTenMinutes() {
    return Instant.now().plusSeconds(600);
  }

  Claims blinded(DeploymentRole role) {
    return claims(inTenMinutes()).of(new Claims.Blinded(role, 1, new byte[32]));
  }

  Path trust() {
    return folder.resolve("trust.yaml");
  }

  String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  int run(String... arguments) {
    StringWriter outText = new StringWriter();
    StringWriter errText = new StringWriter();
    int exitCode =
        Main.commandLine()
            .setOut(new PrintWriter(outText, true))
            .setErr(new PrintWriter(errText, true))
            .execute(arguments);
    out = outText.toString();
    err = errText.toString();
    return exitCode;
  }

  int verify(String... more) {
    String[] arguments = {"audit", "verify", "--server", url(), "--trust", trust().toString()};
    int own = arguments.length;
    arguments = Arrays.copyOf(arguments, own + more.length);
    System.arraycopy(more, 0, arguments, own, more.length);
    return run(arguments);
  }

  static String[] with(String[] arguments, String last) {
    String[] more = Arrays.copyOf(arguments, arguments.length + 1);
    more[arguments.length] = last;
    return more;
  }

  static Path genuine(String name) {
    String set = System.getenv("BLINDBOOK_VECTORS");
    Path vectors =
        set != null
            ? Path.of(set)
            : Path.of(System.getProperty("blindbook.home", ".")).resolve("../shared/vectors");
    assumeTrue(Files.isDirectory(vectors), "no vectors: set BLINDBOOK_VECTORS to their folder");
    return vectors
        .resolve(name.startsWith("snp-") ? "attestation/snp" : "attestation/sgx-tdx")
        .resolve(name);
  }
}
