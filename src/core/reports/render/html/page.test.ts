import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../../../test/fixtures/report-renderings.ts';
import {
  HOSTILE_TEXT,
  sampleEmptyReport,
  sampleOkReport,
  sampleReport as sharedSampleReport,
} from '../../../../../test/fixtures/sample-report.ts';
import type { Report } from '../../../../contracts/report.ts';
import { messagesFor } from '../../../shared/index.ts';

const sampleReport = () => structuredClone(sharedSampleReport());
const render = (report: Report, bytes = 200 * 1024) => renderHtml(report, messagesFor('en'), { language: 'en', bytes });

/** Every string of a value, at any depth, put through `change`. */
function mapStrings<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map((inner) => mapStrings(inner, change)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [change(key) && key, mapStrings(inner, change)]),
  ) as T;
}

const ALLOWED = new Set(
  'html head meta title style body table tr td div span h1 h2 h3 b code pre details summary'.split(' '),
);

describe('the page', () => {
  it('shows every part of the report, errors before code before commits before recommendations', () => {
    const page = render(sampleReport());
    const order = [
      'Production report',
      'Patterns',
      'Errors (13)',
      'Warnings (2)',
      'Critical signals (1)',
      'Slow requests (4)',
      'Suspect code',
      'Recent commits',
      'Recommendations',
      'Log samples',
    ];
    const places = order.map((text) => page.indexOf(text));
    expect(places.every((place) => place > 0)).toBe(true);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    for (const text of [
      '3 of 13 shown; 10 left out',
      'CUT OFF',
      'entry limit reached',
      '31 entries of scans',
      'Raise the | limit',
      'moved',
      '0.86',
    ])
      expect(page).toContain(text);
  });

  it('gives each status its colour, and an unknown one a neutral', () => {
    expect(render(sampleReport())).toContain('#ff4444');
    expect(render(sampleOkReport())).toContain('background:#44ff44');
    expect(render({ ...sampleOkReport(), status: 'DEGRADED' })).toContain('background:#ffaa00');
    expect(render({ ...sampleOkReport(), status: '"><script>' as Report['status'] })).toContain('background:#4a9eff');
  });

  it('says plainly that nothing is wrong, and that nothing was there', () => {
    expect(render(sampleOkReport())).not.toContain('undefined');
    expect(render(sampleEmptyReport())).toContain('the log was read, and it was empty');
  });

  it('needs no script and nothing from outside', () => {
    const page = render(sampleReport());
    expect(page).not.toMatch(/<[^>]*\b(?:src|href|action|background|srcset)\s*=|url\(|@import/i);
    expect(
      [...page.matchAll(/<([a-z][a-z0-9]*)/gi)]
        .map(([, name]) => name)
        .filter((name) => !ALLOWED.has(name!.toLowerCase())),
    ).toEqual([]);
  });

  it('escapes hostile text in every field', () => {
    const attack = `"'><script>alert(1)</script><img src=x onerror=alert(2)>${HOSTILE_TEXT}`;
    const hostile = mapStrings(sampleReport(), (text) => (/^\d{4}-/.test(text) ? text : `${text}${attack}`));
    const page = renderHtml(hostile, messagesFor('en'), { language: 'en', bytes: 10_000_000 });
    const names = [...page.matchAll(/<\/?([a-z][a-z0-9]*)/gi)].map(([, name]) => name!.toLowerCase());
    expect(names.filter((name) => !ALLOWED.has(name))).toEqual([]);
    expect(page).not.toMatch(/<[^>]*\son\w+\s*=/i);
    expect(page).not.toMatch(/[\u202e\u200b]/);
  });

  it('fits its budget, and counts what it left out', () => {
    const many = sampleReport();
    many.errors_detailed = Array.from({ length: 10 }, (_, index) => ({
      ...many.errors_detailed[1]!,
      message: `${'x'.repeat(30_000)} ${index}`,
      stack_trace: Array.from({ length: 2_000 }, (_line, line) => `  at frame ${line}`).join('\n'),
    }));
    const page = render(many, 100 * 1024);
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(100 * 1024);
    expect(page).toMatch(/… \d+ lines left out/);
    expect(page).toMatch(/… \d+ characters left out/);
  });

  it('is the same bytes twice', () => {
    expect(render(sampleReport())).toBe(render(sampleReport()));
  });

  it('speaks French throughout', () => {
    const page = renderHtml(sampleReport(), messagesFor('fr'), { language: 'fr', bytes: 200 * 1024 });
    for (const text of [
      'lang="fr"',
      'Rapport de production',
      'Erreurs (13)',
      'Code suspect',
      'Recommandations',
      '3 sur 13 affichés ; 10 omis',
    ])
      expect(page).toContain(text);
  });
});
