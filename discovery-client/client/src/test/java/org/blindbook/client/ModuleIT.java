package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.blindbook.client.state.StateStore;
import org.blindbook.client.transport.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an app on the module path sees of the packaged library: its API, and no more. */
class ModuleIT {
  private static final String MODULE = "org.blindbook.client";

  @TempDir private Path classes;

  /** The library and what it needs at run time, as jars; the build's test libraries do no harm. */
  private static List<String> jars() {
    List<String> entries =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.endsWith("test-classes"))
            .toList();
    assertThat(entries).allSatisfy(entry -> assertThat(entry).endsWith(".jar"));
    return entries;
  }

  private static ModuleFinder modules() {
    return ModuleFinder.of(jars().stream().map(Path::of).toArray(Path[]::new));
  }

  private record Source(String name, String text) {}

  private List<String> errors(String user) {
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    List<Source> sources =
        List.of(
            new Source("module-info", "module app { requires " + MODULE + "; }"),
            new Source("app/User", "package app; class User { " + user + " }"));
    ToolProvider.getSystemJavaCompiler()
        .getTask(
            null,
            null,
            diagnostics,
            List.of(
                "--release",
                "17",
                "-d",
                classes.toString(),
                "-p",
                String.join(File.pathSeparator, jars())),
            null,
            sources.stream().map(ModuleIT::file).toList())
        .call();
    return diagnostics.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == javax.tools.Diagnostic.Kind.ERROR)
        .map(diagnostic -> diagnostic.getMessage(Locale.ROOT))
        .toList();
  }

  private static JavaFileObject file(Source source) {
    return new SimpleJavaFileObject(
        URI.create("string:///" + source.name() + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source.text();
      }
    };
  }

  @Test
  void exportsThreePackages() {
    ModuleDescriptor descriptor = modules().find(MODULE).orElseThrow().descriptor();
    assertThat(descriptor.isAutomatic()).isFalse();
    assertThat(descriptor.exports()).allSatisfy(export -> assertThat(export.targets()).isEmpty());
    assertThat(
            descriptor.exports().stream()
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet()))
        .isEqualTo(
            Set.of(
                DiscoveryClient.class.getPackageName(),
                StateStore.class.getPackageName(),
                Transport.class.getPackageName()));
  }

  @Test
  void findsEveryModuleItNeeds() throws Exception {
    Configuration resolved =
        ModuleLayer.boot().configuration().resolve(modules(), ModuleFinder.of(), Set.of(MODULE));
    Class<?> client =
        ModuleLayer.boot()
            .defineModulesWithOneLoader(resolved, ClassLoader.getPlatformClassLoader())
            .findLoader(MODULE)
            .loadClass(DiscoveryClient.class.getName());
    assertThat(client.getModule().getName()).isEqualTo(MODULE);
    Object builder =
        client.getMethod("builder", URI.class).invoke(null, URI.create("https://example.org"));
    assertThat(builder.getClass().getModule()).isSameAs(client.getModule());
  }

  @Test
  void anAppReadsTheTypesOfTheApi() {
    assertThat(
            errors(
                "org.blindbook.client.DiscoveryClient client;"
                    + "org.blindbook.client.state.FileStateStore store;"
                    + "org.blindbook.client.transport.Transport transport;"
                    + "org.blindbook.edge.identifier.Identifier identifier;"
                    + "org.blindbook.attestation.AppraisalPolicy policy;"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.blindbook.edge.message.ReceivedOffer",
        "org.blindbook.edge.channel.ClientHandshake",
        "org.blindbook.edge.endpoint.Paths",
        "org.blindbook.protocol.Sha256",
        "org.blindbook.protocol.noise.SecureChannel",
        "org.blindbook.protocol.lookup.DiscoveryRequest",
        "org.blindbook.protocol.evaluation.EvaluationRequest"
      })
  void anAppDoesNotSeeHowItIsDone(String type) {
    int dot = type.lastIndexOf('.');
    assertThat(errors(type + " internal;"))
        .singleElement()
        .asString()
        .contains("package " + type.substring(0, dot) + " is not visible");
  }

  @ParameterizedTest
  @ValueSource(strings = {"StateFormat", "AttestedChannel", "Setup", "EvidenceVerifier"})
  void anAppDoesNotSeeTheInternalTypesOfTheApisPackage(String type) {
    assertThat(errors(MODULE + "." + type + " internal;"))
        .singleElement()
        .asString()
        .contains("not public");
  }
}
