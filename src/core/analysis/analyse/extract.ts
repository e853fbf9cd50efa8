import type { Analysis, ConversationMessage } from '../analysis.ts';
import type { ExtractiveAnalyser } from '../ports.ts';

/** What the built-in analyser says of messages; `und` where neither it nor the caller knows the language. */
export async function extract(
  analyse: ExtractiveAnalyser,
  messages: readonly ConversationMessage[],
  language: string | null,
): Promise<{ analysis: Analysis; language: string }> {
  const said = messages.map(({ role, author, content }) => ({
    role,
    text: content,
    ...(author === null ? {} : { author }),
  }));
  const known = language === 'en' || language === 'fr' ? ({ language } as const) : {};
  const extracted = await analyse({ messages: said, ...known });
  const { summary, concepts, entities } = extracted;
  return {
    analysis: { summary, concepts: [...concepts], entities: entities.map((one) => ({ ...one })) },
    language: language ?? (extracted.language === 'other' ? 'und' : extracted.language),
  };
}
