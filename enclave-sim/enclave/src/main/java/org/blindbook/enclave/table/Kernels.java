package org.blindbook.enclave.table;

import org.blindbook.enclave.oblivious.LayerKernel;
import org.blindbook.enclave.oblivious.PlainLayers;

/**
 * The inner loops a table runs on, chosen once at start.
 *
 * @param name as in the setting that forces a choice
 */
record Kernels(String name, LayerKernel layers, BucketKernel buckets) {
  static final Kernels PLAIN = new Kernels("plain", new PlainLayers(), new PlainBuckets());
}
