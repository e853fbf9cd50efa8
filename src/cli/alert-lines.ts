import type { AlertSummary } from '../contracts/api/alerts.ts';
import type { Messages } from '../core/shared/index.ts';

type Words = Messages['cli']['alerts'];

/** Two lines for each: what it is, and what is said of it. Texts of others are made harmless by `plain`. */
export function alertLines(alerts: readonly AlertSummary[], words: Words, plain: (text: string) => string): string[] {
  const rows = alerts.map((alert) => [
    `#${alert.number}`,
    `${words.states[alert.state]}${alert.isArchived ? `, ${words.archived}` : ''}`,
    words.severities[alert.severity],
    plain(alert.type),
    plain(alert.subject.name),
    plain(alert.valueText ?? ''),
    words.since(alert.firingSince),
  ]);
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]!.length))) ?? [];
  return rows.flatMap((row, index) => {
    const { description, nextSend } = alerts[index]!;
    const said = [description, nextSend].flatMap((text) => (text ? [`      ${plain(text)}`] : []));
    return [
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
      ...said,
    ];
  });
}
