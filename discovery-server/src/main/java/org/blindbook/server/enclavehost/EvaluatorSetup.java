package org.blindbook.server.enclavehost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Optional;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.MalformedMessageException;
import org.jspecify.annotations.Nullable;

/**
 * What an enclave of a blinded deployment needs before it has registrations: an evaluator its key;
 * and the policy for development has to name the key that the claims name.
 */
public final class EvaluatorSetup implements EnclaveSupervisor.Preparation {
  private final Optional<EvaluatorKeyFile> key;
  private final Path policy;
  private volatile @Nullable String publicKey;

  /**
   * @param key of an evaluator
   * @param policy written by the platform at each launch
   */
  public EvaluatorSetup(Optional<EvaluatorKeyFile> key, Path policy) {
    this.key = key;
    this.policy = policy;
  }

  /** By which clients know the evaluator, in hexadecimal; only once an enclave is prepared. */
  public String publicKey() {
    String known = publicKey;
    if (known == null) {
      throw new IllegalStateException("no enclave was prepared");
    }
    return known;
  }

  @Override
  public void prepare(EnclaveCalls enclave, boolean storeIsEmpty)
      throws EnclaveStartException, CallException, InterruptedException {
    if (key.isPresent()) {
      key.get().provide(enclave, storeIsEmpty);
    }
    try {
      Claims claims = Claims.decode(TableFeed.await(enclave.offer(new byte[0])).claims());
      String known = HexFormat.of().formatHex(claims.oprfPublicKey());
      Files.writeString(
          policy,
          "oprfKeys:\n  - epoch: " + claims.epoch() + "\n    publicKey: " + known + "\n",
          StandardOpenOption.APPEND);
      publicKey = known;
    } catch (MalformedMessageException e) {
      throw new EnclaveStartException("The enclave is of another version: check folders.enclave.");
    } catch (IOException e) {
      throw new EnclaveStartException("The policy " + policy + " cannot be written.");
    }
  }
}
