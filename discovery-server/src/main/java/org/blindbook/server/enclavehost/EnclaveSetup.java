package org.blindbook.server.enclavehost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.MalformedMessageException;
import org.jspecify.annotations.Nullable;

/**
 * What an enclave needs before it has registrations: an evaluator its key; and the policy for
 * development has to name the evaluator that the claims name.
 */
public final class EnclaveSetup implements EnclaveSupervisor.Preparation {
  private final boolean blinded;
  private final Optional<EvaluatorKeyFile> key;
  private final Path platformPolicy;
  private final DevelopmentTrust trust;
  private volatile @Nullable String publicKey;

  /**
   * @param blinded whether the claims name an evaluator
   * @param key of an evaluator
   * @param platformPolicy written by the platform at each launch
   */
  public EnclaveSetup(
      boolean blinded,
      Optional<EvaluatorKeyFile> key,
      Path platformPolicy,
      DevelopmentTrust trust) {
    this.blinded = blinded;
    this.key = key;
    this.platformPolicy = platformPolicy;
    this.trust = trust;
  }

  /**
   * By which clients know the evaluator, in hexadecimal; empty in mode truncated, and before an
   * enclave is prepared.
   */
  public Optional<String> publicKey() {
    return Optional.ofNullable(publicKey);
  }

  @Override
  public void prepare(EnclaveCalls enclave, boolean storeIsEmpty)
      throws EnclaveStartException, CallException, InterruptedException {
    if (key.isPresent()) {
      key.get().provide(enclave, storeIsEmpty);
    }
    try {
      String policy = Files.readString(platformPolicy);
      if (!blinded) {
        trust.write(policy);
        return;
      }
      Claims claims = Claims.decode(TableFeed.await(enclave.offer(new byte[0])).claims());
      String known = HexFormat.of().formatHex(claims.oprfPublicKey());
      trust.add(policy, claims.epoch(), known);
      publicKey = known;
    } catch (MalformedMessageException e) {
      throw new EnclaveStartException("The enclave is of another version: check folders.enclave.");
    } catch (IOException e) {
      throw new EnclaveStartException(
          "The policy for development, trust.yaml, cannot be written: check the data directory.");
    }
  }
}
