package org.blindbook.platform;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.hardware.HardwarePipe;

/** The hardware's end of {@link HardwarePipe}. */
final class PipeServer {
  private PipeServer() {}

  /**
   * Sends the launch, then answers from {@code hardware} until the enclave closes its stream. A
   * request that the hardware cannot answer is refused; the pipe stays open.
   */
  static void serve(Hardware hardware, InputStream fromEnclave, OutputStream toEnclave)
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
            case HardwarePipe.QUOTE -> {
              Hardware.Evidence evidence = hardware.quote(argument);
              yield new byte[][] {evidence.quote(), evidence.collateral()};
            }
            case HardwarePipe.SEALING_KEY -> new byte[][] {sealingKey(hardware, argument)};
            default -> throw new IOException("the enclave asked for an unknown operation");
          };
    } catch (IOException refused) {
      out.writeByte(HardwarePipe.REFUSED);
      return;
    }
    out.writeByte(HardwarePipe.OK);
    for (byte[] field : fields) {
      writeField(out, field);
    }
  }

  private static byte[] sealingKey(Hardware hardware, byte[] argument) throws IOException {
    if (argument.length < HardwarePipe.VERSION_BYTES) {
      throw new IOException("a request for a sealing key begins with a version");
    }
    return hardware.sealingKey(
        Arrays.copyOfRange(argument, HardwarePipe.VERSION_BYTES, argument.length),
        ByteBuffer.wrap(argument).getShort() & 0xffff);
  }

  private static byte[] readField(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > HardwarePipe.MAX_FIELD) {
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
