/**
 * Groups of three characters of what an alert is looked for in. Only which alert has a group is kept (no places, no text): what is found by them is
 * compared with the text itself.
 */
export const sqliteAlertSearch: readonly string[] = [
  `CREATE VIRTUAL TABLE alert_search USING fts5(
    search, content = 'alert', content_rowid = 'number', detail = 'none', columnsize = 0,
    tokenize = 'trigram case_sensitive 1'
  )`,
  `INSERT INTO alert_search (alert_search) VALUES ('rebuild')`,
  `CREATE TRIGGER alert_search_added AFTER INSERT ON alert BEGIN
    INSERT INTO alert_search (rowid, search) VALUES (NEW.number, NEW.search); END`,
  `CREATE TRIGGER alert_search_changed AFTER UPDATE OF search ON alert WHEN OLD.search IS NOT NEW.search BEGIN
    INSERT INTO alert_search (alert_search, rowid, search) VALUES ('delete', OLD.number, OLD.search);
    INSERT INTO alert_search (rowid, search) VALUES (NEW.number, NEW.search); END`,
  `CREATE TRIGGER alert_search_deleted AFTER DELETE ON alert BEGIN
    INSERT INTO alert_search (alert_search, rowid, search) VALUES ('delete', OLD.number, OLD.search); END`,
];
