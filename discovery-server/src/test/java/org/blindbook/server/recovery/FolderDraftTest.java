package org.blindbook.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderDraftTest {
  @TempDir Path temp;
  private Path target;

  @BeforeEach
  void makeTarget() throws IOException {
    target = Files.createDirectory(temp.resolve("target"));
    Files.createFile(target.resolve("former"));
  }

  @Test
  void changesPlacesWithTheFormerFolder() throws IOException {
    try (FolderDraft draft = FolderDraft.beside(target)) {
      draft.create("within/new").close();
      draft.replaceTarget(temp.resolve("aside"));
    }
    assertThat(target.resolve("within/new")).exists();
    assertThat(temp.resolve("aside/former")).exists();
    assertThat(temp.toFile().list()).containsExactlyInAnyOrder("target", "aside");
  }

  @Test
  void deletesNeverTheFormerFolder() throws IOException {
    try (FolderDraft draft = FolderDraft.beside(target)) {
      draft.create("new").close();
      assertThatThrownBy(() -> draft.replaceTarget(temp.resolve("no/where")))
          .isInstanceOf(IOException.class);
      assertThat(target.resolve("former")).exists();
    }
    assertThat(target.resolve("former")).exists();
    assertThat(temp.toFile().list()).containsExactly("target");
  }

  @Test
  void isGoneUnlessItBecameTheTarget() throws IOException {
    try (FolderDraft draft = FolderDraft.beside(temp.resolve("other"))) {
      draft.create("new").close();
      assertThat(draft.path()).isNotEmptyDirectory();
    }
    assertThat(temp.toFile().list()).containsExactly("target");
  }
}
