import { hash } from 'node:crypto';
import { canonicalJson } from '../../shared/index.ts';
import type { ConversationMessage } from '../analysis.ts';

/** Messages that can be analysed: a picture, a tool call or a mere thumb has no text. */
export function messagesWithText(messages: readonly ConversationMessage[]): ConversationMessage[] {
  return messages.filter(({ content }) => /[\p{L}\p{N}]/u.test(content));
}

/** SHA-256, 64 hex digits, of who said what in which order: ids and times change nothing of what a conversation is about. */
export function contentHashOf(messages: readonly ConversationMessage[]): string {
  return hash('sha256', canonicalJson(messages.map(({ role, author, content }) => ({ role, author, content }))));
}

/** SHA-256, 64 hex digits: whatever an answer depends on. */
export function cacheKeyOf(parts: {
  contentHash: string;
  promptVersion: string;
  schemaVersion: string;
  languageVersion: string;
  entries: readonly string[];
  hasBuiltin: boolean;
}): string {
  return hash('sha256', canonicalJson(parts));
}
