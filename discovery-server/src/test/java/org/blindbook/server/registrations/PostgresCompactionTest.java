package org.blindbook.server.registrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.blindbook.server.registrations.RegistrationStoreContract.batch;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import org.blindbook.server.services.NeedsPostgres;
import org.blindbook.server.services.PostgresServer;
import org.blindbook.server.sql.Sql;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NeedsPostgres
class PostgresCompactionTest extends CompactionContract {
  private final PostgresServer server = PostgresServer.require();
  private final String database;
  private final Connection plain;
  private RegistrationStore store;

  PostgresCompactionTest() throws SQLException {
    database = server.newDatabase();
    plain = server.connect(database);
  }

  @Override
  RegistrationStore open() throws Exception {
    return RegistrationStore.postgres(server.address(database), 0);
  }

  @BeforeEach
  void openAnother() throws Exception {
    store = open();
  }

  @AfterEach
  void closeAll() throws SQLException {
    plain.close();
    store.close();
  }

  private static String where(long key) {
    return " WHERE key = '\\x%s'"
        .formatted(HexFormat.of().formatHex(RegistrationStoreContract.sixteen(key)));
  }

  private static String account(long number) {
    return "'" + HexFormat.of().formatHex(RegistrationStoreContract.sixteen(number)) + "'";
  }

  /** A backend has a right to nothing but the table. */
  @Test
  void plainSqlUnregistersAsBeforeAndMayRemoveWhatNobodyNeeds() throws Exception {
    store.apply(batch(1, 11, 2, 22, 3, 33));
    store.apply(batch(1, 0));
    store.apply(batch(4, 44));
    Sql.execute(
        plain,
        """
        DROP ROLE IF EXISTS backend;
        CREATE ROLE backend;
        GRANT USAGE ON SCHEMA blindbook TO backend;
        GRANT SELECT, INSERT, UPDATE, DELETE ON blindbook.registrations TO backend;
        GRANT SELECT ON SEQUENCE blindbook.registrations_seq_seq TO backend;
        GRANT USAGE ON SEQUENCE blindbook.registrations_seq_seq TO backend;
        """);
    try {
      Sql.execute(plain, "SET ROLE backend");
      Sql.execute(plain, "DELETE FROM blindbook.registrations" + where(2));
      Sql.execute(plain, "DELETE FROM blindbook.registrations" + where(1));
      Sql.execute(plain, "SET blindbook.compacting = 'yes'");
      Sql.execute(plain, "DELETE FROM blindbook.registrations" + where(3));
      assertThat(store.unregistered()).as("each has a row that says so").isEqualTo(3);
      assertThat(store.compact(store.head() - 2, 100)).isEqualTo(1);
      assertThat(Sql.number(plain, "SELECT blindbook.horizon()")).isEqualTo(store.horizon());
    } finally {
      Sql.execute(plain, "RESET ROLE; DROP OWNED BY backend; DROP ROLE backend");
    }
  }

  @Test
  void aStoreOfTheFirstVersionIsTakenOver() throws Exception {
    store.apply(batch(1, 11, 2, 22));
    store.apply(batch(1, 0, 3, 33));
    Sql.execute(
        plain,
        """
        DROP INDEX blindbook.unregistered;
        ALTER TABLE blindbook.store DROP COLUMN horizon;
        DROP FUNCTION blindbook.horizon();
        UPDATE blindbook.version SET number = 1;
        """);
    try (RegistrationStore taken = open()) {
      assertThat(taken.horizon()).isZero();
      taken.apply(batch(4, 44));
      assertThat(taken.compact(Long.MAX_VALUE, 10)).isEqualTo(1);
      assertThat(taken.registered()).isEqualTo(3);
      assertThat(Sql.number(plain, "SELECT number FROM blindbook.version")).isEqualTo(2);
    }
  }

  /** Neither waits for the other, unless they are about the same row. */
  @Test
  @Timeout(30)
  void aTransactionThatIsLeftOpenIsNotWaitedFor() throws Exception {
    store.apply(batch(1, 11, 2, 22, 3, 33));
    store.apply(batch(1, 0, 2, 0));
    store.apply(batch(3, 34));
    plain.setAutoCommit(false);
    Sql.execute(plain, "UPDATE blindbook.registrations SET account = " + account(12) + where(1));
    assertThat(store.compact(Long.MAX_VALUE, 100)).isEqualTo(1);
    assertThat(store.compact(Long.MAX_VALUE, 100)).isZero();
    plain.commit();
    assertThat(store.registered()).isEqualTo(2);
    assertThat(store.unregistered()).isZero();
  }

  /** Nothing can be read after its position, which would bring what it has to be told. */
  @Test
  void aReaderIsToldWhileATransactionHoldsUpAllThatFollows() throws Exception {
    store.apply(batch(1, 11, 2, 22));
    Position position = RegistrationStoreContract.at(store.head());
    store.apply(batch(1, 0));
    store.apply(batch(2, 23));
    plain.setAutoCommit(false);
    Sql.execute(
        plain,
        "INSERT INTO blindbook.registrations VALUES (decode(md5('x'), 'hex'), " + account(3) + ")");
    store.apply(batch(2, 24));
    assertThat(store.changesAfter(position, 100).count()).isEqualTo(1);
    assertThat(store.compact(Long.MAX_VALUE, 100)).isEqualTo(1);
    assertThatThrownBy(() -> store.changesAfter(position, 100))
        .isInstanceOf(CompactedException.class);
  }
}
