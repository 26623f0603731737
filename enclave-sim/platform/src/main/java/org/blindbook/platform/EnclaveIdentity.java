package org.blindbook.platform;

import java.util.Arrays;
import java.util.HexFormat;
import org.blindbook.attestation.EnclaveSigner;
import org.blindbook.attestation.format.SigStruct;

/**
 * What the processor knows of an enclave once it has initialised it, and puts into its reports and
 * sealing keys.
 *
 * @param attributes 16 bytes: flags and XFRM
 * @param measurement MRENCLAVE, 32 bytes
 * @param mrSigner 32 bytes
 * @param product ISVPRODID
 * @param securityVersion ISVSVN
 */
record EnclaveIdentity(
    byte[] attributes, byte[] measurement, byte[] mrSigner, int product, int securityVersion) {

  /**
   * Initialises an enclave (SGX EINIT): its signature holds, and is over this measurement and the
   * attributes that the enclave was made with.
   */
  static EnclaveIdentity initialise(SigStruct sigStruct, byte[] measurement, byte[] attributes)
      throws PlatformException {
    if (!EnclaveSigner.vartimeVerify(sigStruct)) {
      throw new PlatformException(
          "The enclave image's signature is wrong: take the image from its release again, or sign"
              + " it with blindbook sign.");
    }
    if (!Arrays.equals(sigStruct.enclaveHash(), measurement)) {
      throw new PlatformException(
          "The enclave image is not the one that was signed (measured "
              + hex(measurement)
              + ", signed "
              + hex(sigStruct.enclaveHash())
              + "): take the image from its release again, or review it and sign it with blindbook"
              + " sign.");
    }
    if (!sigStruct.allowsAttributes(attributes)) {
      throw new PlatformException(
          "The enclave's signer does not allow these attributes, debug mode above all: start it"
              + " without debug mode.");
    }
    return new EnclaveIdentity(
        Attributes.initialised(attributes),
        measurement,
        EnclaveSigner.mrSigner(sigStruct),
        sigStruct.isvProdId(),
        sigStruct.isvSvn());
  }

  private static String hex(byte[] measurement) {
    return HexFormat.of().formatHex(measurement);
  }
}
