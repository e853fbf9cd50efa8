import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The report over what the sync brought: a table of all visits, newest first. Run as a command: `node timeline-report.ts FOLDER`. */
const folder = process.argv[2];
if (!folder) throw new Error('usage: timeline-report.ts FOLDER');

const read = <T>(name: string) => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as T[];
const pianos = new Map(read<{ id: number; make: string; place: string }>('pianos').map((piano) => [piano.id, piano]));
const visits = read<{ piano: number; at: string; note: string }>('timeline').sort((a, b) => b.at.localeCompare(a.at));

const errors: { subject: string; reason: string }[] = [];
const lines = visits.flatMap(({ piano, at, note }) => {
  const about = pianos.get(piano);
  if (!about) {
    errors.push({ subject: `piano ${piano}`, reason: 'unknown piano' });
    return [];
  }
  return [[at.slice(0, 10), about.place, about.make, note].map(cell).join(',')];
});

const file = join(folder, 'timeline.csv');
writeFileSync(`${file}.new`, ['date,place,make,note', ...lines, ''].join('\n'));
renameSync(`${file}.new`, file);
console.log(`guardian:stats ${JSON.stringify({ rows: lines.length, recordErrors: errors })}`);

function cell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
