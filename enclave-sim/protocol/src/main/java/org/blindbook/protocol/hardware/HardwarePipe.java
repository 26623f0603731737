package org.blindbook.protocol.hardware;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * {@link Hardware} as the enclave asks for it, over a pair of byte streams between a platform
 * process and the one enclave it started: the enclave's standard input and output.
 *
 * <p>The platform first writes the launch, three fields, and the enclave's security version, 2
 * bytes. Then the enclave asks and the platform answers, one at a time: an operation byte and a
 * field; a status byte and fields. A field is a 4-byte big-endian length and that many bytes; that
 * of a sealing key begins with 2 bytes for the version. Integers are big-endian.
 */
public final class HardwarePipe implements Hardware {
  public static final int MAX_FIELD = 1 << 20;
  public static final byte QUOTE = 1;
  public static final byte SEALING_KEY = 2;
  public static final int VERSION_BYTES = 2;
  public static final byte OK = 0;
  public static final byte REFUSED = 1;

  private final DataInputStream in;
  private final DataOutputStream out;
  private final Launch launch;
  private final int securityVersion;

  /** Waits for the launch. */
  public HardwarePipe(InputStream in, OutputStream out) throws IOException {
    this.in = new DataInputStream(in);
    this.out = new DataOutputStream(out);
    this.launch =
        new Launch(
            new String(readField(this.in), StandardCharsets.UTF_8),
            readField(this.in),
            readField(this.in));
    this.securityVersion = this.in.readUnsignedShort();
  }

  @Override
  public Launch launch() {
    return launch;
  }

  @Override
  public synchronized Evidence quote(byte[] reportData) throws IOException {
    ask(QUOTE, reportData);
    return new Evidence(readField(in), readField(in));
  }

  @Override
  public int securityVersion() {
    return securityVersion;
  }

  @Override
  public synchronized byte[] sealingKey(byte[] label, int version) throws IOException {
    ask(
        SEALING_KEY,
        ByteBuffer.allocate(VERSION_BYTES + label.length)
            .putShort((short) version)
            .put(label)
            .array());
    return readField(in);
  }

  private void ask(byte operation, byte[] argument) throws IOException {
    out.writeByte(operation);
    out.writeInt(argument.length);
    out.write(argument);
    out.flush();
    if (in.readByte() != OK) {
      throw new IOException("the platform refused the request");
    }
  }

  private static byte[] readField(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX_FIELD) {
      throw new IOException("a field on the hardware pipe has an impossible length");
    }
    byte[] field = new byte[length];
    in.readFully(field);
    return field;
  }
}
