package org.blindbook.enclave.table;

import static org.blindbook.enclave.oblivious.LayerKernel.PAD;

/**
 * The slots of all bins of a batch, bin after bin, as columns. They live as long as the workspace
 * of the batch, so that a kernel is called without anything being made.
 *
 * @param perBin slots of a bin, a multiple of {@link BinPlan#SLOT_STEP}
 * @param tagHi the 128-bit tag in each slot: high and low half; a slot that is empty has the tag of
 *     another bin
 * @param valueHi the 128-bit value that belongs to it
 */
record BinSlots(int perBin, long[] tagHi, long[] tagLo, long[] valueHi, long[] valueLo) {

  /**
   * Index of a bin's first slot.
   *
   * @leaks the bin
   */
  int first(int bin) {
    return PAD + bin * perBin;
  }
}
