package org.blindbook.server.registrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.blindbook.server.registrations.PostgresAddress.WrongAddressException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://blindbook@db/blindbook",
        "postgresql://blindbook@db.example:5433/users",
        "postgresql://u@one:1,two:2/d?sslmode=verify-full&sslrootcert=/etc/ca.pem",
        "postgresql://u@[::1]:5432/d"
      })
  void anAddressIsReadAndWritten(String text) throws Exception {
    assertThat(PostgresAddress.parse(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "jdbc:postgresql://u@h/d",
        "postgresql://h/d",
        "postgresql://u@h",
        "postgresql://u@h/",
        "postgresql://u@/d",
        "postgresql://u@h:port/d",
        "postgresql://u@h,/d",
        "postgresql://u@h/d?user=other",
        "postgresql://u@h/d?socketFactory=x",
        "postgresql://u@h/d?sslmode",
        "postgresql://u@h/a/b"
      })
  void whatIsNoneIsRefused(String text) {
    assertThatThrownBy(() -> PostgresAddress.parse(text))
        .isInstanceOf(WrongAddressException.class)
        .hasMessageContaining("PostgreSQL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgresql://u:hunter2@h/d", "postgresql://u:p@ss@h/d"})
  void aPasswordIsRefusedAndNotRepeated(String text) {
    assertThatThrownBy(() -> PostgresAddress.parse(text))
        .isInstanceOf(WrongAddressException.class)
        .hasMessageContaining("must not hold a password")
        .hasMessageNotContaining("hunter2");
  }
}
