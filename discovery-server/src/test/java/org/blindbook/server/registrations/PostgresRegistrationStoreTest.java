package org.blindbook.server.registrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.server.services.NeedsPostgres;
import org.blindbook.server.services.PostgresServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NeedsPostgres
class PostgresRegistrationStoreTest extends RegistrationStoreContract {
  private final PostgresServer server = PostgresServer.require();
  private final String database;
  private final Connection plain;
  private final Connection other;

  PostgresRegistrationStoreTest() throws SQLException {
    database = server.newDatabase();
    plain = server.connect(database);
    other = server.connect(database);
  }

  @AfterEach
  void closePlain() throws SQLException {
    plain.close();
    other.close();
  }

  @Override
  RegistrationStore open() throws Exception {
    return RegistrationStore.postgres(server.address(database), 0);
  }

  @Override
  RegistrationStore openOther() throws Exception {
    return RegistrationStore.postgres(server.address(database), 2);
  }

  private RegistrationStore store;

  @BeforeEach
  void openAnother() throws Exception {
    store = open();
  }

  @AfterEach
  void closeAnother() {
    store.close();
  }

  private static void sql(Connection connection, String statement) throws SQLException {
    try (Statement it = connection.createStatement()) {
      it.execute(statement);
    }
  }

  private static String insert(long key, long account) {
    return "INSERT INTO blindbook.registrations (key, account) VALUES (decode('%s', 'hex'), '%s')"
        .formatted(hex(key), hex(account));
  }

  private static String hex(long number) {
    return java.util.HexFormat.of().formatHex(sixteen(number));
  }

  private Map<Long, Long> everything() throws Exception {
    return asMap(store.changesAfter(at(0), Update.MAX_ENTRIES));
  }

  @Test
  void plainSqlRegistersChangesAndUnregisters() throws Exception {
    sql(plain, insert(1, 11));
    sql(plain, insert(2, 22));
    assertThat(everything()).isEqualTo(Map.of(1L, 11L, 2L, 22L));
    long head = store.head();
    sql(plain, insert(1, 12) + " ON CONFLICT (key) DO UPDATE SET account = excluded.account");
    assertThat(asMap(store.changesAfter(at(head), 10))).isEqualTo(Map.of(1L, 12L));
    head = store.head();
    sql(plain, "DELETE FROM blindbook.registrations WHERE key = decode('" + hex(2) + "', 'hex')");
    assertThat(asMap(store.changesAfter(at(head), 10))).isEqualTo(Map.of(2L, 0L));
    head = store.head();
    sql(
        plain,
        "UPDATE blindbook.registrations SET account = NULL WHERE key = decode('"
            + hex(1)
            + "', 'hex')");
    assertThat(asMap(store.changesAfter(at(head), 10))).isEqualTo(Map.of(1L, 0L));
    assertThat(store.registered()).isZero();
  }

  @Test
  void plainSqlCannotWriteWhatNobodyCouldFollow() throws Exception {
    sql(plain, insert(1, 11));
    String table = "blindbook.registrations";
    assertThatThrownBy(() -> sql(plain, "TRUNCATE " + table)).hasMessageContaining("use DELETE");
    assertThatThrownBy(() -> sql(plain, "UPDATE " + table + " SET seq = 1"))
        .isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> sql(plain, "UPDATE " + table + " SET key = decode(md5('x'), 'hex')"))
        .hasMessageContaining("cannot be changed");
    assertThatThrownBy(() -> sql(plain, insert(2, 0))).hasMessageContaining("check");
    assertThatThrownBy(
            () -> sql(plain, "INSERT INTO " + table + " VALUES ('\\x00', '" + hex(1) + "')"))
        .hasMessageContaining("check");
    assertThat(everything()).isEqualTo(Map.of(1L, 11L));
  }

  /** Two transactions that take their numbers in one order and commit in the other. */
  @Test
  void noChangeIsSteppedOverWhenTransactionsCommitOutOfOrder() throws Exception {
    store.apply(batch(9, 99));
    long before = store.head();
    plain.setAutoCommit(false);
    sql(plain, insert(1, 11));
    sql(other, insert(2, 22)); // takes a higher number and commits first
    assertThat(store.changesAfter(at(before), 10).count()).as("the first one is open").isZero();
    assertThat(store.head()).isEqualTo(before);
    plain.commit();
    assertThat(asMap(store.changesAfter(at(before), 10))).isEqualTo(Map.of(1L, 11L, 2L, 22L));
  }

  @Test
  void theOldestWriterIsTheSameForAsLongAsItIsNotDone() throws Exception {
    store.apply(batch(9, 99));
    assertThat(store.oldestWriter()).isEmpty();
    plain.setAutoCommit(false);
    sql(plain, insert(1, 11));
    OptionalLong oldest = store.oldestWriter();
    assertThat(oldest).hasValue(store.head());
    assertThat(whomTheContractNames()).isEqualTo("idle in transaction");
    for (int i = 2; i < 5; i++) {
      sql(other, insert(i, 11));
      assertThat(store.oldestWriter()).isEqualTo(oldest);
    }
    plain.commit();
    assertThat(store.oldestWriter()).isEmpty();
    sql(plain, insert(5, 11));
    assertThat(store.oldestWriter()).as("another one").isPresent().isNotEqualTo(oldest);
    plain.rollback();
    assertThat(store.oldestWriter()).isEmpty();
  }

  /** By the statement of docs/registrations.md. */
  private String whomTheContractNames() throws Exception {
    String contract =
        Files.readString(Path.of(System.getProperty("blindbook.home"), "docs/registrations.md"));
    int from = contract.indexOf("SELECT a.pid");
    try (Statement it = other.createStatement();
        ResultSet row = it.executeQuery(contract.substring(from, contract.indexOf(';', from)))) {
      assertThat(row.next()).isTrue();
      return row.getString("state");
    }
  }

  /** A server that has read up to the head takes a lower one for an older copy of the store. */
  @Test
  void theHeadDoesNotGoBackWhenItsRowMovesOnBehindAnOpenTransaction() throws Exception {
    store.apply(batch(8, 88, 9, 99));
    long head = store.head();
    plain.setAutoCommit(false);
    sql(plain, insert(1, 11));
    store.apply(batch(9, 98, 8, 87));
    assertThat(store.head()).isEqualTo(head);
    plain.commit();
    assertThat(store.head()).isGreaterThan(head);
  }

  @Test
  void aTransactionThatIsRolledBackHoldsNobodyUp() throws Exception {
    plain.setAutoCommit(false);
    sql(plain, insert(1, 11));
    sql(other, insert(2, 22));
    plain.rollback();
    assertThat(everything()).isEqualTo(Map.of(2L, 22L));
    sql(plain, "SAVEPOINT s");
    sql(plain, insert(3, 33));
    sql(plain, "ROLLBACK TO s");
    sql(plain, insert(4, 44));
    sql(other, insert(5, 55));
    assertThat(everything()).isEqualTo(Map.of(2L, 22L));
    plain.commit();
    assertThat(everything()).isEqualTo(Map.of(2L, 22L, 4L, 44L, 5L, 55L));
  }

  @Test
  void plainSqlRingsTheBell() throws Exception {
    while (store.changedSinceLastAsked()) {}
    sql(plain, insert(1, 11));
    assertThat(store.changedSinceLastAsked()).isTrue();
  }

  @Test
  void aLoadsProgressIsOfNoUseAfterPlainSqlOrBesideIt() throws Exception {
    LoadProgress progress = new LoadProgress(Operation.REGISTER, 7, new byte[] {1});
    store.apply(batch(1, 11), java.util.Optional.of(progress));
    assertThat(store.loadProgress()).isPresent();
    sql(plain, insert(2, 22));
    assertThat(store.loadProgress()).isEmpty();
    plain.setAutoCommit(false);
    sql(plain, insert(3, 33));
    store.apply(batch(4, 44), java.util.Optional.of(progress));
    plain.commit();
    assertThat(store.loadProgress()).isEmpty();
  }

  @Test
  void sentencesSayWhatIsWrong() throws Exception {
    String url = server.url("no_such_database");
    assertThatThrownBy(() -> RegistrationStore.postgres(PostgresAddress.parse(url), 0))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("does not exist: create the database");
    String nobody = server.url(database).replace("blindbook@", "nobody@");
    assertThatThrownBy(() -> RegistrationStore.postgres(PostgresAddress.parse(nobody), 0))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("refuses this user or password");
    String silent = server.url(1, database);
    assertThatThrownBy(() -> RegistrationStore.postgres(PostgresAddress.parse(silent), 0))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot be reached");
    sql(plain, "UPDATE blindbook.version SET number = 99");
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("later version");
  }

  /** The first of docs/vectors/identifiers.json. */
  @Test
  void plainSqlMakesTheKeysOfModeTruncatedAndNoOthers() throws Exception {
    try (Statement it = plain.createStatement();
        ResultSet key =
            it.executeQuery("SELECT encode(blindbook.lookup_key('tel:+4930123456'), 'hex')")) {
      key.next();
      assertThat(key.getString(1)).isEqualTo("ef6a2caa023c6e22af2686cafecffc71");
    }
    for (String wrong : List.of("+4930123456", "tel:+49 30 123456", "tel:+4930123456.0", "")) {
      assertThatThrownBy(() -> sql(plain, "SELECT blindbook.lookup_key('" + wrong + "')"))
          .hasMessageContaining("not in its canonical form");
    }
    openOther().close();
    assertThatThrownBy(() -> sql(plain, "SELECT blindbook_2.lookup_key('tel:+4930123456')"))
        .hasMessageContaining("does not exist");
  }
}
