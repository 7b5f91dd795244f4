/**
 * Makes what the desk does as cheap in a long history as in a short one. Open cases stand in the search index
 * below zero, at -1 - row id, and the index of states holds open cases only. What the search knew of open cases is dropped:
 * everything is fetched from the hub again, and what has no search key is indexed as it comes.
 */
import type { Database } from 'better-sqlite3'

export function flattenQueue(database: Database): void {
  database.exec(`
    DROP INDEX cases_by_state;
    CREATE INDEX cases_open_by_state ON cases (state, due_order, row_id) WHERE is_open = 1;
    -- Row ids ascend with the time of report, so the table itself stands in that order.
    DROP INDEX cases_by_report;

    DROP TRIGGER cases_unsearched;
    CREATE TRIGGER cases_unsearched AFTER DELETE ON cases BEGIN
      DELETE FROM case_search WHERE rowid IN (old.row_id, -1 - old.row_id);
    END;
    DELETE FROM case_search WHERE rowid IN (SELECT row_id FROM cases WHERE is_open = 1);
    UPDATE cases SET search_key = '' WHERE is_open = 1;
    -- FTS5 would merge within the commit of whoever comes at the wrong moment, more the more cases there are. Merging is
    -- done between commits; only if that never gets its turn it comes back, at so many segments of a level.
    INSERT INTO case_search (case_search, rank) VALUES ('automerge', 0), ('usermerge', 8), ('crisismerge', 64);
    -- A page of the index fits into a page of the encrypted file, without an overflow.
    INSERT INTO case_search (case_search, rank) VALUES ('pgsz', 3900);

    -- With row ids: rows as long as these do not fit into the pages of an index.
    ALTER TABLE case_confirmed RENAME TO case_confirmed_before;
    CREATE TABLE case_confirmed (
      case_id TEXT NOT NULL UNIQUE,
      body    TEXT NOT NULL
    ) STRICT;
    INSERT INTO case_confirmed (case_id, body) SELECT case_id, body FROM case_confirmed_before;
    DROP TABLE case_confirmed_before;

    UPDATE feed_position SET epoch = NULL, cursor = 0;
  `)
}
