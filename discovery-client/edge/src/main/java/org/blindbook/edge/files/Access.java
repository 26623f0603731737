package org.blindbook.edge.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Who may read a file. Where the file system has no POSIX permissions, whoever it lets. */
public enum Access {
  /** Its owner, who alone may write it, too. */
  OWNER("rw-------", "rwx------"),

  /** Everybody whom the process's umask lets. */
  EVERYBODY("rw-rw-rw-", "rwxrwxrwx");

  private final Set<PosixFilePermission> ofFile;
  private final Set<PosixFilePermission> ofFolder;

  Access(String ofFile, String ofFolder) {
    this.ofFile = PosixFilePermissions.fromString(ofFile);
    this.ofFolder = PosixFilePermissions.fromString(ofFolder);
  }

  /** What a file is created with. */
  public FileAttribute<?>[] ofNewFile(Path file) {
    return attributes(file, ofFile);
  }

  /** What a folder is created with. */
  public FileAttribute<?>[] ofNewFolder(Path folder) {
    return attributes(folder, ofFolder);
  }

  private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
    return isPosix(path)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }

  /** Whether nobody has more of a file than this. */
  public boolean covers(Path file) throws IOException {
    return !isPosix(file) || ofFile.containsAll(Files.getPosixFilePermissions(file));
  }

  static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
