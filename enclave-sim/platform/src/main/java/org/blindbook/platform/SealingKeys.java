package org.blindbook.platform;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import org.blindbook.protocol.hardware.Hardware;

/**
 * Sealing keys by signer policy (SGX EGETKEY with KEYPOLICY.MRSIGNER): every image of one signer
 * and product gets the same key on this platform, so an upgrade keeps its data.
 *
 * <p>HKDF-SHA256 (RFC 5869) of the fuse key, with this info: the text {@code blindbook sealing 1},
 * MRSIGNER, the product as 2 bytes big-endian, the label.
 */
final class SealingKeys {
  private static final String STATE_FILE = "fuse-key";
  private static final byte[] DOMAIN = "blindbook sealing 1".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_LABEL_BYTES = 255;

  private final byte[] fuseKey;

  SealingKeys(byte[] fuseKey) {
    this.fuseKey = fuseKey;
  }

  static SealingKeys createOrLoad(StateFolder state, SecureRandom random) throws IOException {
    if (!state.has(STATE_FILE)) {
      byte[] created = new byte[Hardware.KEY_BYTES];
      random.nextBytes(created);
      state.write(STATE_FILE, created);
    }
    byte[] fuseKey = state.read(STATE_FILE);
    if (fuseKey.length != Hardware.KEY_BYTES) {
      throw new IOException("the stored fuse key is damaged");
    }
    return new SealingKeys(fuseKey);
  }

  byte[] derive(byte[] mrSigner, int product, byte[] label)
      throws GeneralSecurityException, IOException {
    if (label.length > MAX_LABEL_BYTES) {
      throw new IOException("a label has at most " + MAX_LABEL_BYTES + " bytes");
    }
    byte[] info =
        ByteBuffer.allocate(DOMAIN.length + mrSigner.length + 2 + label.length)
            .put(DOMAIN)
            .put(mrSigner)
            .putShort((short) product)
            .put(label)
            .array();
    return KDF.getInstance("HKDF-SHA256")
        .deriveData(
            HKDFParameterSpec.ofExtract().addIKM(fuseKey).thenExpand(info, Hardware.KEY_BYTES));
  }
}
