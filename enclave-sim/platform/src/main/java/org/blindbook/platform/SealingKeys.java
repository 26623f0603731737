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
 * Sealing keys by signer policy (SGX EGETKEY with KEYPOLICY.MRSIGNER): images of one signer and
 * product get the keys of their own security version and of every lower one, so an upgrade opens
 * what it finds and a downgrade does not open what the newer version left.
 *
 * <p>HKDF-SHA256 (RFC 5869) of the fuse key, with this info: the text {@code blindbook sealing 2},
 * MRSIGNER, product and security version as 2 bytes big-endian each, the label.
 */
final class SealingKeys {
  private static final String STATE_FILE = "fuse-key";
  private static final byte[] DOMAIN = "blindbook sealing 2".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_LABEL_BYTES = 255;

  private final byte[] fuseKey;

  SealingKeys(byte[] fuseKey) {
    this.fuseKey = fuseKey;
  }

  static SealingKeys createOrLoad(StateFolder state, SecureRandom random)
      throws IOException, PlatformException {
    if (!state.has(STATE_FILE)) {
      byte[] created = new byte[Hardware.KEY_BYTES];
      random.nextBytes(created);
      state.write(STATE_FILE, created);
    }
    byte[] fuseKey = state.read(STATE_FILE);
    if (fuseKey.length != Hardware.KEY_BYTES) {
      throw state.damaged(STATE_FILE);
    }
    return new SealingKeys(fuseKey);
  }

  /**
   * @param version whose key is wanted
   * @throws IOException when the enclave is older than that
   */
  byte[] derive(EnclaveIdentity enclave, int version, byte[] label)
      throws GeneralSecurityException, IOException {
    if (label.length > MAX_LABEL_BYTES) {
      throw new IOException("a label has at most " + MAX_LABEL_BYTES + " bytes");
    }
    if (version < 0 || version > enclave.securityVersion()) {
      throw new IOException("an enclave has no keys of versions after its own");
    }
    byte[] info =
        ByteBuffer.allocate(DOMAIN.length + enclave.mrSigner().length + 4 + label.length)
            .put(DOMAIN)
            .put(enclave.mrSigner())
            .putShort((short) enclave.product())
            .putShort((short) version)
            .put(label)
            .array();
    return KDF.getInstance("HKDF-SHA256")
        .deriveData(
            HKDFParameterSpec.ofExtract().addIKM(fuseKey).thenExpand(info, Hardware.KEY_BYTES));
  }
}
