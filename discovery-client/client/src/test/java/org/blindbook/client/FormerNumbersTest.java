package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.client.World.contact;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Contacts of countries whose numbering plan changed, in address books that did not. */
class FormerNumbersTest {
  private static final Identifier TODAY = telephone("+525561000201");
  private static final Identifier FORMER = telephone("+5215561000201");
  private static final UUID ANA = new UUID(1, 1);
  private static final UUID BEA = new UUID(2, 2);

  private static Identifier telephone(String number) {
    try {
      return Identifier.parse(number);
    } catch (IdentifierException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static Stream<World> worlds() {
    return Stream.of(new World(), World.blinded(), World.split());
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void findsWhoIsRegisteredUnderAnyOfTheNumbers(World world) {
    world.enclave.register(FORMER, ANA);
    assertThat(world.discover(List.of(TODAY, contact(1))).matches()).isEqualTo(Map.of(TODAY, ANA));
    assertThat(world.discover(List.of(FORMER, contact(1))).matches())
        .isEqualTo(Map.of(FORMER, ANA));
    assertThat(world.charged()).as("two numbers and a contact, once").isEqualTo(3);
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void reportsWhoHasTodaysNumber(World world) {
    world.enclave.register(FORMER, ANA);
    world.enclave.register(TODAY, BEA);
    assertThat(world.discover(List.of(FORMER, TODAY)).matches())
        .isEqualTo(Map.of(FORMER, BEA, TODAY, BEA));
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void looksUpTodaysNumberOnlyWhereThatIsEnough(World world) {
    world.enclave.register(TODAY, ANA);
    DiscoveryClient client = world.builder().currentNumbersOnly().build();
    Discovery discovery = client.discover(List.of(FORMER)).join();
    assertThat(discovery.matches()).isEqualTo(Map.of(FORMER, ANA));
    assertThat(discovery.permitsUsed()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void knowsThemAmongRecentRegistrationsToo(World world) {
    FakeEnclave recent = world.withRecent();
    world.discover(List.of(FORMER));
    world.enclave.register(TODAY, ANA);
    recent.register(TODAY, ANA);
    Discovery discovery = world.discoverRecent(List.of(FORMER));
    assertThat(discovery.coverage().recent()).isTrue();
    assertThat(discovery.matches()).isEqualTo(Map.of(FORMER, ANA));
  }
}
