/**
 * Full-text search of cases. Row ids of cases ascend with the time of report from here on, so that the newest hits are
 * the last of the index. Cases are fetched again from the hub and indexed as they come.
 */
import type { Database } from 'better-sqlite3'

export function addCaseSearch(database: Database): void {
  database.exec(`
    ALTER TABLE cases ADD COLUMN search_key TEXT NOT NULL DEFAULT ''; -- of what it was indexed by last

    CREATE TEMP TABLE renumbered (old INTEGER PRIMARY KEY, new INTEGER NOT NULL);
    INSERT INTO renumbered
      SELECT row_id, reported_at * 1024 + row_number() OVER (PARTITION BY reported_at ORDER BY row_id) - 1 FROM cases;
    -- By way of numbers that neither side has.
    UPDATE cases SET row_id = -row_id;
    UPDATE cases SET row_id = (SELECT new FROM renumbered WHERE old = -row_id);
    DROP TABLE renumbered;

    -- The tokens are made in TypeScript; the ascii tokenizer only parts them at spaces. Rowids are those of cases.
    CREATE VIRTUAL TABLE case_search USING fts5(tokens, content = '', contentless_delete = 1, tokenize = 'ascii');
    CREATE TRIGGER cases_unsearched AFTER DELETE ON cases BEGIN
      DELETE FROM case_search WHERE rowid = old.row_id;
    END;

    UPDATE feed_position SET epoch = NULL, cursor = 0;
  `)
}
