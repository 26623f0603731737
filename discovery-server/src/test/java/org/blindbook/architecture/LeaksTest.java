package org.blindbook.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.BlockTagTree;
import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever reads code on secrets finds at every method what its addresses, branches and time tell:
 * the tag {@code @leaks} in its Javadoc. A method that overrides another has that one's.
 */
class LeaksTest {
  private static final Path ENCLAVE = Path.of(System.getProperty("blindbook.home"), "enclave-sim");

  /** Packages of the enclave that work on secrets, in whatever module they are. */
  private static final List<String> PACKAGES =
      List.of("table", "oblivious", "permits", "session", "oprf", "ristretto");

  @Test
  void everyMethodOnSecretsSaysWhatItLeaks() throws IOException {
    List<Path> sources = sources();
    assertThat(sources).hasSizeGreaterThan(60);
    assertThat(untagged(sources)).isEmpty();
  }

  @Test
  void aMethodWithoutTheTagIsNamed(@TempDir Path folder) throws IOException {
    Path source = folder.resolve("Sample.java");
    Files.writeString(
        source,
        """
        class Sample {
          /** Says it. @return x
           * @leaks nothing
           */
          int said() { return 1; }
          /** Does not. */
          public int silent(int x, long[] y) { return 1; }
          int bare() { return 1; }
          @Override public int hashCode() { return 1; }
          private int own() { return 1; }
          interface Inner { void call(); }
          private class Hidden { void call() {} }
        }
        """);
    assertThat(untagged(List.of(source)))
        .containsExactly("Sample.silent(int,long[])", "Sample.bare()", "Inner.call()");
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(ENCLAVE)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> file.toString().contains("src/main/java/org/blindbook/"))
          .filter(file -> !file.startsWith(ENCLAVE.resolve("bench")))
          .filter(file -> PACKAGES.contains(file.getParent().getFileName().toString()))
          .toList();
    }
  }

  private static List<String> untagged(List<Path> sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> untagged = new ArrayList<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
      DocTrees docs = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new Methods(docs, untagged).scan(new TreePath(unit), null);
      }
    }
    return untagged;
  }

  /** Collects the methods without the tag that somebody outside their class can call. */
  private static final class Methods extends TreePathScanner<Void, Void> {
    private final DocTrees docs;
    private final List<String> untagged;

    Methods(DocTrees docs, List<String> untagged) {
      this.docs = docs;
      this.untagged = untagged;
    }

    @Override
    public Void visitClass(ClassTree type, Void none) {
      return type.getModifiers().getFlags().contains(Modifier.PRIVATE)
          ? null
          : super.visitClass(type, none);
    }

    @Override
    public Void visitMethod(MethodTree method, Void none) {
      Tree owner = getCurrentPath().getParentPath().getLeaf();
      if (owner instanceof ClassTree type && isCalled(method) && !isTagged()) {
        untagged.add(
            method.getParameters().stream()
                .map(VariableTree::getType)
                .map(Tree::toString)
                .collect(
                    Collectors.joining(
                        ",", type.getSimpleName() + "." + method.getName() + "(", ")")));
      }
      return null;
    }

    private static boolean isCalled(MethodTree method) {
      return method.getReturnType() != null // not a constructor
          && !method.getModifiers().getFlags().contains(Modifier.PRIVATE)
          && method.getModifiers().getAnnotations().stream()
              .noneMatch(
                  annotation -> annotation.getAnnotationType().toString().equals("Override"));
    }

    private boolean isTagged() {
      DocCommentTree comment = docs.getDocCommentTree(getCurrentPath());
      return comment != null
          && comment.getBlockTags().stream()
              .anyMatch(
                  tag -> tag instanceof BlockTagTree block && block.getTagName().equals("leaks"));
    }
  }
}
