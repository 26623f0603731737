package org.blindbook.client;

/** The same where contacts are blinded: one evaluation and one lookup in a connection. */
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
