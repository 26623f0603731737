package org.blindbook.client;

/** The same where contacts are blinded by the service that looks up. */
class BlindedCrashTest extends CrashTest {
  @Override
  int unit() {
    return 1;
  }

  @Override
  World world() {
    return World.blinded();
  }
}
