import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sampleReport } from '../../test/fixtures/sample-report.ts';
import { reportSchema } from './report.ts';

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

describe('guardian.report/1', () => {
  it('is published as JSON Schema, up to date, every key required (row 23)', () => {
    execFileSync(process.execPath, [fromRoot('ops/schema.ts'), '--check'], { stdio: 'pipe' });
    const schema = JSON.parse(readFileSync(fromRoot('docs/schema/guardian.report-1.schema.json'), 'utf8'));
    expect(schema.required.toSorted()).toEqual(Object.keys(schema.properties).toSorted());
    expect(schema.additionalProperties).toBe(false);
  });

  it('refuses a report that lacks a key or has a foreign one (row 22)', () => {
    const { noise: _noise, ...lacking } = sampleReport();
    expect(reportSchema.safeParse(lacking).success).toBe(false);
    expect(reportSchema.safeParse({ ...sampleReport(), errors: [] }).success).toBe(false);
  });

  it('refuses a time without a zone, or without milliseconds (row 24)', () => {
    for (const timestamp of ['2026-03-14T09:30:00.000', '2026-03-14T09:30:00Z', '2026-03-14T09:30:00.000+01:00']) {
      expect(reportSchema.safeParse({ ...sampleReport(), timestamp }).success).toBe(false);
    }
  });

  it('names no suspect without a reason (row 17)', () => {
    const report = structuredClone(sampleReport());
    const [first] = report.suspect_commits.commits;
    if (first) first.reasons = [];
    expect(reportSchema.safeParse(report).success).toBe(false);
  });
});
