package org.blindbook.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPrefixTest {
  private final ClientKey.Maker keys = new ClientKey.Maker(new SecureRandom());

  private ClientKey key(String address) {
    return keys.ofAddress(AddressPrefix.of(InetAddress.ofLiteral(address)).orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({
    "198.51.100.7, 198.51.100.7, true",
    "198.51.100.7, 198.51.100.8, false",
    "2001:db8:1:2300::1, 2001:db8:1:23ff:ffff::9, true",
    "2001:db8:1:2300::1, 2001:db8:1:2400::1, false",
    "::ffff:198.51.100.7, 198.51.100.7, true",
  })
  void aSubscriberIsOneAddressOrASlash56(String one, String other, boolean same) {
    assertThat(key(one).equals(key(other))).isEqualTo(same);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1"})
  void thisMachineIsNoClient(String address) {
    assertThat(AddressPrefix.of(InetAddress.ofLiteral(address))).isEmpty();
  }

  @Test
  void ofAProxysHeaderTheLastAddressCounts() {
    Optional<AddressPrefix> prefix =
        AddressPrefix.ofForwarded("10.0.0.1, 203.0.113.9, 198.51.100.7 ");
    assertThat(prefix.map(keys::ofAddress)).contains(key("198.51.100.7"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "unknown", "198.51.100.7, host.example", "1.2.3.4.5", "198.51.100.7,"})
  void whatIsNoAddressStandsForNobody(String header) {
    assertThat(AddressPrefix.ofForwarded(header)).isEmpty();
    assertThat(AddressPrefix.ofForwarded(null)).isEmpty();
  }

  @Test
  void anotherProcessKnowsAnotherName() {
    AddressPrefix prefix = AddressPrefix.of(InetAddress.ofLiteral("198.51.100.7")).orElseThrow();
    assertThat(new ClientKey.Maker(new SecureRandom()).ofAddress(prefix))
        .isNotEqualTo(keys.ofAddress(prefix));
    assertThat(prefix + " " + keys.ofAddress(prefix)).isEqualTo("AddressPrefix ClientKey");
  }
}
