-- Version 1 of the store of registrations: a contract with whoever writes it by plain SQL.
-- docs/registrations.md says how to. ${schema} is "blindbook", or "blindbook_N" of epoch N.

CREATE TABLE ${schema}.registrations (
  -- Under which somebody is looked up: 16 bytes.
  key bytea PRIMARY KEY CHECK (octet_length(key) = 16),
  -- Whose it is; none once it is not registered any more.
  account uuid CHECK (account <> '00000000-0000-0000-0000-000000000000'),
  -- The number of the last change. Nobody but the database gives it.
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE
);

CREATE VIEW ${schema}.registered AS
  SELECT key, account FROM ${schema}.registrations WHERE account IS NOT NULL;

CREATE TABLE ${schema}.store (identity text NOT NULL);
INSERT INTO ${schema}.store VALUES (replace(gen_random_uuid()::text, '-', ''));

CREATE TABLE ${schema}.load_progress (
  operation text NOT NULL, rows bigint NOT NULL, name bytea NOT NULL, seq bigint
);
CREATE TABLE ${schema}.marks (time bigint PRIMARY KEY, seq bigint NOT NULL);
CREATE TABLE ${schema}.checkpoints (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, seq bigint NOT NULL, name text NOT NULL
);
CREATE TABLE ${schema}.writes (
  name text PRIMARY KEY, time bigint NOT NULL, digest bytea NOT NULL, seq bigint NOT NULL,
  registered bigint NOT NULL, deleted bigint NOT NULL, unchanged bigint NOT NULL, superseded bigint NOT NULL
);
CREATE INDEX ON ${schema}.writes (time);

-- Transactions take numbers and commit in any order; servers follow the numbers in theirs. So before its
-- first number a transaction takes a lock that all may share, which says from where on its numbers come,
-- and which goes with its end. A lock has 31 bits for that: those of the highest number taken by then.
CREATE FUNCTION ${schema}.begin_writing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('${schema}.writing', true), '') = '' THEN
    PERFORM pg_advisory_xact_lock_shared(
      '${schema}.registrations'::regclass::oid::int, (${schema}.newest() & 2147483647)::int);
    PERFORM set_config('${schema}.writing', 'yes', true);
  END IF;
  RETURN NULL;
END $$;

-- The highest number that anybody has taken.
CREATE FUNCTION ${schema}.newest() RETURNS bigint LANGUAGE sql VOLATILE AS
  'SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM ${schema}.registrations_seq_seq';

-- The highest number that nothing comes below any more. Ask for it before, in a statement of its own,
-- and then read up to there.
CREATE FUNCTION ${schema}.readable() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  newest bigint := ${schema}.newest();
  behind bigint;
BEGIN
  SELECT max((newest - objid::bigint) & 2147483647) INTO behind FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid = '${schema}.registrations'::regclass::oid
      -- Who began after newest was asked comes after it, and seems to be almost 2^31 behind.
      AND ((newest - objid::bigint) & 2147483647) < 1073741824;
  RETURN newest - coalesce(behind, 0);
END $$;

-- How many transactions write now, besides this one.
CREATE FUNCTION ${schema}.other_writers() RETURNS bigint LANGUAGE sql VOLATILE AS $$
  SELECT count(DISTINCT pid) FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid = '${schema}.registrations'::regclass::oid
      AND pid IS DISTINCT FROM pg_backend_pid()
$$;

CREATE FUNCTION ${schema}.number_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.key <> OLD.key THEN
    RAISE EXCEPTION 'the key of a registration cannot be changed: delete it and insert the other one';
  END IF;
  IF NEW.account IS DISTINCT FROM OLD.account THEN
    NEW.seq := nextval('${schema}.registrations_seq_seq');
  ELSE
    NEW.seq := OLD.seq;
  END IF;
  RETURN NEW;
END $$;

-- Servers have to hear of it: the row stays and says so.
CREATE FUNCTION ${schema}.keep_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('${schema}.compacting', true), '') = 'yes' THEN
    RETURN OLD;
  END IF;
  UPDATE ${schema}.registrations SET account = NULL WHERE key = OLD.key AND account IS NOT NULL;
  RETURN NULL;
END $$;

CREATE FUNCTION ${schema}.refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'servers would not hear of it: use DELETE FROM ${schema}.registrations';
END $$;

CREATE FUNCTION ${schema}.ring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('${schema}', '');
  RETURN NULL;
END $$;

CREATE TRIGGER begin_writing BEFORE INSERT OR UPDATE OR DELETE ON ${schema}.registrations
  FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.begin_writing();
CREATE TRIGGER number_change BEFORE UPDATE ON ${schema}.registrations
  FOR EACH ROW EXECUTE FUNCTION ${schema}.number_change();
CREATE TRIGGER keep_deleted BEFORE DELETE ON ${schema}.registrations
  FOR EACH ROW EXECUTE FUNCTION ${schema}.keep_deleted();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON ${schema}.registrations
  FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.refuse_truncate();
CREATE TRIGGER ring AFTER INSERT OR UPDATE OR DELETE ON ${schema}.registrations
  FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.ring();

-- In mode truncated anybody can make the keys. In mode blinded an evaluator does.
DO $do$ BEGIN
  IF '${schema}' = 'blindbook' THEN
    CREATE FUNCTION blindbook.lookup_key(canonical text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT AS $$
    BEGIN
      IF canonical !~ '^(tel:\+[1-9][0-9]{6,14}|mailto:[^@]+@[^@]+|username:[a-z0-9._-]{1,64})$' THEN
        RAISE EXCEPTION 'this identifier is not in its canonical form: see docs/identifiers.md';
      END IF;
      RETURN substring(
        sha256('\x626c696e64626f6f6b206c6f6f6b7570206b657920763100'::bytea || convert_to(canonical, 'UTF8')) FOR 16);
    END $$;
  END IF;
END $do$;
