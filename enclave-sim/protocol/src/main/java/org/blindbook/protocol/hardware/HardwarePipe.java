package org.blindbook.protocol.hardware;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * {@link Hardware} over a pair of byte streams between a platform process and the one enclave it
 * started: the enclave's standard input and output.
 *
 * <p>The platform first writes the launch, three fields, and the enclave's security version, 2
 * bytes. Then the enclave asks and the platform answers, one at a time: an operation byte and a
 * field; a status byte and fields. A field is a 4-byte big-endian length and that many bytes; that
 * of a sealing key begins with 2 bytes for the version. Integers are big-endian.
 */
public final class HardwarePipe implements Hardware {
  private static final int MAX_FIELD = 1 << 20;
  private static final byte QUOTE = 1;
  private static final byte SEALING_KEY = 2;
  private static final int VERSION_BYTES = 2;
  private static final byte OK = 0;
  private static final byte REFUSED = 1;

  private final DataInputStream in;
  private final DataOutputStream out;
  private final Launch launch;
  private final int securityVersion;

  /** The enclave's end. Waits for the launch. */
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
    writeField(out, argument);
    out.flush();
    if (in.readByte() != OK) {
      throw new IOException("the platform refused the request");
    }
  }

  /**
   * The platform's end: sends the launch, then answers from {@code hardware} until the enclave
   * closes its stream. A request that the hardware cannot answer is refused; the pipe stays open.
   */
  public static void serve(Hardware hardware, InputStream fromEnclave, OutputStream toEnclave)
      throws IOException {
    DataInputStream in = new DataInputStream(fromEnclave);
    DataOutputStream out = new DataOutputStream(toEnclave);
    writeField(out, hardware.launch().socketPath().getBytes(StandardCharsets.UTF_8));
    writeField(out, hardware.launch().settings());
    writeField(out, hardware.launch().runtimeDigest());
    out.writeShort(hardware.securityVersion());
    out.flush();
    while (true) {
      byte operation;
      byte[] argument;
      try {
        operation = in.readByte();
        argument = readField(in);
      } catch (EOFException e) {
        return;
      }
      answer(hardware, operation, argument, out);
      out.flush();
    }
  }

  private static void answer(
      Hardware hardware, byte operation, byte[] argument, DataOutputStream out) throws IOException {
    byte[][] fields;
    try {
      fields =
          switch (operation) {
            case QUOTE -> {
              Evidence evidence = hardware.quote(argument);
              yield new byte[][] {evidence.quote(), evidence.collateral()};
            }
            case SEALING_KEY -> new byte[][] {sealingKey(hardware, argument)};
            default -> throw new IOException("the enclave asked for an unknown operation");
          };
    } catch (IOException refused) {
      out.writeByte(REFUSED);
      return;
    }
    out.writeByte(OK);
    for (byte[] field : fields) {
      writeField(out, field);
    }
  }

  private static byte[] sealingKey(Hardware hardware, byte[] argument) throws IOException {
    if (argument.length < VERSION_BYTES) {
      throw new IOException("a request for a sealing key begins with a version");
    }
    return hardware.sealingKey(
        Arrays.copyOfRange(argument, VERSION_BYTES, argument.length),
        ByteBuffer.wrap(argument).getShort() & 0xffff);
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

  private static void writeField(DataOutputStream out, byte[] field) throws IOException {
    out.writeInt(field.length);
    out.write(field);
  }
}
