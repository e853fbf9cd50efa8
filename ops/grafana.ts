import { fileURLToPath } from 'node:url';
import { grafanaFiles } from './dashboards/dashboards.ts';
import { writeOrCheck } from './write-or-check.ts';

/** Writes the dashboards in ops/grafana, one for each area. With `--check` it writes nothing, and ends with 1 when a file says anything else. */
writeOrCheck(fileURLToPath(new URL('grafana', import.meta.url)), grafanaFiles(), 'ops/grafana.ts');
