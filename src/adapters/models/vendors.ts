import type { LanguageModel } from 'ai';
import type { ModelEntry } from '../../core/analysis/ports.ts';

/** The vendors' own addresses: given always, so that no package looks for one in the environment. */
const ADDRESSES = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta',
} as const;

/** Stands where a server wants no key: the packages insist on one. */
const NO_KEY = 'none';

/** The model of an entry; its vendor's package is loaded here. */
export async function connectVendor(entry: ModelEntry, fetch: typeof globalThis.fetch): Promise<LanguageModel> {
  const { vendor, model } = entry;
  const apiKey = entry.apiKey ?? NO_KEY;
  switch (vendor) {
    case 'openai': {
      const { createOpenAI } = await import('@ai-sdk/openai');
      return createOpenAI({ apiKey, baseURL: entry.baseUrl ?? ADDRESSES.openai, fetch }).responses(model);
    }
    case 'compatible': {
      const { createOpenAI } = await import('@ai-sdk/openai');
      return createOpenAI({ apiKey, baseURL: entry.baseUrl ?? ADDRESSES.openai, fetch }).chat(model);
    }
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic');
      return createAnthropic({ apiKey, baseURL: entry.baseUrl ?? ADDRESSES.anthropic, fetch })(model);
    }
    case 'google': {
      const { createGoogleGenerativeAI } = await import('@ai-sdk/google');
      return createGoogleGenerativeAI({ apiKey, baseURL: entry.baseUrl ?? ADDRESSES.google, fetch })(model);
    }
    default:
      return vendor satisfies never;
  }
}
