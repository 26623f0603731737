package org.blindbook.auditor.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.blindbook.auditor.trace.ObliviousnessCheck.FamilyResult;
import org.blindbook.auditor.trace.instrument.Instrumenters;
import org.blindbook.platform.EnclaveProgram;

/** The shipped enclaves with an error planted in them, under trace. */
final class MutatedEnclave {
  private static final Map<EnclaveProgram, ShippedImage> IMAGES =
      new EnumMap<>(EnclaveProgram.class);

  private MutatedEnclave() {}

  private static synchronized ShippedImage image(EnclaveProgram program) throws CheckException {
    ShippedImage image = IMAGES.get(program);
    if (image == null) {
      image = ShippedImage.read(ShippedEnclave.folder(program));
      IMAGES.put(program, image);
    }
    return image;
  }

  /**
   * What a family shows of the changed enclave, with the plain kernel and the smallest inputs.
   *
   * @param afresh whether first runs are compared too
   */
  static Verdict verdict(
      EnclaveProgram program, String family, boolean afresh, UnaryOperator<byte[]> change)
      throws CheckException {
    ShippedImage image = image(program);
    ObliviousnessCheck check =
        new ObliviousnessCheck(
            image,
            Instrumenters.ofChanged(
                name -> {
                  byte[] shipped = image.classes().get(name);
                  return shipped != null ? shipped : PlantedCode.bytes(name);
                },
                change),
            Scale.QUICK);
    String kernel = program == EnclaveProgram.LOOKUP ? "plain" : ObliviousnessCheck.NO_KERNEL;
    List<FamilyResult> results = check.run(kernel, afresh, family::equals, result -> {});
    assertThat(results).hasSize(1);
    return results.getFirst().verdict();
  }

  /** Names of the shipped classes that a change changes. */
  static List<String> changedBy(EnclaveProgram program, UnaryOperator<byte[]> change)
      throws CheckException {
    return image(program).classes().entrySet().stream()
        .filter(type -> change.apply(type.getValue()) != type.getValue())
        .map(Map.Entry::getKey)
        .toList();
  }
}
