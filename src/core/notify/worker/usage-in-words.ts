import type { Messages } from '../../shared/index.ts';

interface Count {
  name: string;
  count: number;
}
type Users = Parameters<Messages['usage']['userLine']>[0][];

/** A detail of a report of usage, in words; null: it is none that is known. What it tells is data of our own rows, whose names are others'. */
export function usageInWords(
  label: string,
  text: string,
  { usage, notify }: Pick<Messages, 'usage' | 'notify'>,
): { label: string; text: string } | null {
  const value = parsed(text);
  switch (label) {
    case 'counters':
      return { label: usage.title, text: usage.counters(value as Parameters<typeof usage.counters>[0]) };
    case 'anonymous':
      return { label: usage.title, text: usage.anonymous(value as number) };
    case 'features':
      return { label: usage.topFeatures, text: linesOf((value as Count[]).map(count), usage.none) };
    case 'users':
      return { label: usage.topUsers, text: linesOf((value as Users).map(usage.userLine), usage.none) };
    case 'codes':
      return { label: usage.errorsByCode, text: linesOf((value as Count[]).map(count), usage.none) };
    case 'missing':
      return { label: usage.note, text: usage.missing(value as number) };
    case 'estimated':
      return { label: usage.note, text: usage.estimated };
    case 'nothing':
      return { label: usage.title, text: usage.nothing(value as string | null) };
    default:
      return null;
  }

  function count({ name, count: times }: Count): string {
    return `${name}${notify.colon} ${times}`;
  }
}

function linesOf(lines: readonly string[], none: string): string {
  return lines.length === 0 ? none : lines.join('\n');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
