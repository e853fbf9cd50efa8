/** Younger events come in time: an answer that reaches to them is remembered for a second only. */
const LATE_MS = 60_000;

const NOW = `CAST(unixepoch('subsec') * 1000 AS INTEGER)`;

const queue = (seq: string) =>
  `INSERT INTO search_queue (seq, at) SELECT ${seq}, ${NOW} WHERE EXISTS (SELECT 1 FROM search_target);`;

/** One row an hour: the newer one takes its place. */
const change = (seq: string) => `
  DELETE FROM search_change WHERE hour = ${seq} / 4096 / 3600000 * 3600000;
  INSERT INTO search_change (hour, at) VALUES (${seq} / 4096 / 3600000 * 3600000, ${NOW});`;

/**
 * In the transaction that changes an event. Appending costs 1 µs of processor an event where nothing is late and
 * no cluster is followed, 2 more for a cluster, 3 more for an event that is late. The numbers of
 * `search_change` are never given twice (AUTOINCREMENT), so that a row that took another’s place tells.
 */
export const sqliteEventWatch: readonly string[] = [
  `CREATE TRIGGER event_added AFTER INSERT ON event BEGIN ${queue('NEW.seq')} END`,
  `CREATE TRIGGER event_added_late AFTER INSERT ON event WHEN NEW.seq / 4096 < ${NOW} - ${LATE_MS} BEGIN ${change('NEW.seq')} END`,
  `CREATE TRIGGER event_assigned AFTER UPDATE OF issue_id ON event WHEN OLD.issue_id IS NOT NEW.issue_id BEGIN
    ${queue('NEW.seq')} ${change('NEW.seq')} END`,
  `CREATE TRIGGER event_deleted AFTER DELETE ON event BEGIN ${queue('OLD.seq')} ${change('OLD.seq')} END`,
];
