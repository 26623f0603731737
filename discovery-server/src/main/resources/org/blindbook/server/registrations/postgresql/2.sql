-- Version 2: the rows of who was unregistered long ago go. docs/registrations.md says what that means to
-- whoever follows the numbers.

ALTER TABLE ${schema}.store ADD COLUMN horizon bigint NOT NULL DEFAULT 0;
CREATE INDEX unregistered ON ${schema}.registrations (seq) WHERE account IS NULL;

-- Rows of who was unregistered up to here may be gone. It is of the same moment as the statement that asks,
-- and whoever may write may ask.
CREATE FUNCTION ${schema}.horizon() RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS
  'SELECT horizon FROM ${schema}.store';

-- Servers have to hear of it: the row stays and says so, until nobody needs it any more.
CREATE OR REPLACE FUNCTION ${schema}.keep_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.account IS NULL AND OLD.seq <= ${schema}.horizon() THEN
    RETURN OLD;
  END IF;
  UPDATE ${schema}.registrations SET account = NULL WHERE key = OLD.key AND account IS NOT NULL;
  RETURN NULL;
END $$;
