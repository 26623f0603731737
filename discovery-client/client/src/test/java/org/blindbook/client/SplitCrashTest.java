package org.blindbook.client;

/** The same where the evaluator is a service of its own. */
class SplitCrashTest extends CrashTest {
  @Override
  int unit() {
    return 1;
  }

  @Override
  World world() {
    return World.split();
  }
}
