/**
 * Groups of three characters of what an alert is looked for in, as `pg_trgm` would index them, which not every server has. The cost keeps the planner
 * from making them anew for each row: they are read from the index.
 */
export const postgresAlertSearch: readonly string[] = [
  `CREATE FUNCTION alert_text_groups(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
    SELECT coalesce(array_agg(DISTINCT substr($1, place, 3)), '{}') FROM generate_series(1, length($1) - 2) AS place
  $$`,
  `CREATE INDEX alert_text_groups ON alert USING gin (alert_text_groups(search))`,
];
