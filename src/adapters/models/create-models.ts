import type { LanguageModel } from 'ai';
import type { ModelCall, ModelEntry, ModelPort, ModelReply } from '../../core/analysis/ports.ts';
import { ModelError } from '../../core/analysis/ports.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { modelErrorOf } from './model-error-of.ts';
import { connectVendor } from './vendors.ts';

export interface ModelsOptions {
  /** Bytes of one answer; the rest is not read, and the call is `invalid_output`. */
  answerBytes?: number;
}

/**
 * The vendors' side, by the AI SDK: one HTTP request for each call, no retries of its own, nothing followed elsewhere. The SDK and a
 * vendor's package are loaded with the first call that needs them: together they take 20 MB.
 */
export function createModels({ answerBytes = 1024 * 1024 }: ModelsOptions = {}): ModelPort {
  const connected = new Map<ModelEntry, Promise<LanguageModel>>();
  const fetch = boundedFetch(answerBytes);
  const connect = (entry: ModelEntry): Promise<LanguageModel> => {
    const known = connected.get(entry);
    if (known !== undefined) return known;
    const model = connectVendor(entry, fetch);
    connected.set(entry, model);
    model.catch(() => connected.delete(entry));
    return model;
  };
  return {
    async ask(call) {
      call.signal.throwIfAborted();
      const [{ generateText }, model] = await Promise.all([loadSdk(), connect(call.entry)]);
      try {
        return await generate(generateText, model, call);
      } catch (thrown) {
        if (call.signal.aborted) throw call.signal.reason;
        throw modelErrorOf(thrown, call.entry);
      }
    },
  };
}

async function loadSdk() {
  // Its warnings would go to the console of whoever runs Guardian.
  globalThis.AI_SDK_LOG_WARNINGS = false;
  return import('ai');
}

async function generate(
  generateText: Awaited<ReturnType<typeof loadSdk>>['generateText'],
  model: LanguageModel,
  { system, turns, schema, maxOutputTokens, signal }: ModelCall,
): Promise<ModelReply> {
  const { text, finishReason, rawFinishReason, totalUsage } = await generateText({
    model,
    system,
    messages: turns.map(({ role, text: content }) => ({ role, content })),
    output: {
      name: 'json',
      responseFormat: Promise.resolve({ type: 'json' as const, name: schema.name, schema: schema.json }),
      // It is validated by one validator for all vendors, not here.
      parseCompleteOutput: async ({ text: answer }) => answer,
      parsePartialOutput: async ({ text: partial }) => ({ partial }),
      createElementStreamTransform: () => undefined,
    },
    maxOutputTokens,
    maxRetries: 0,
    abortSignal: signal,
    providerOptions: { openai: { store: false, strictJsonSchema: true } },
  });
  const tokens = { prompt: totalUsage.inputTokens ?? 0, completion: totalUsage.outputTokens ?? 0 };
  if (finishReason === 'content-filter') {
    throw new ModelError('refused', text.slice(0, 500) || `refused: ${rawFinishReason ?? 'no reason'}`, {
      status: 200,
      tokens,
    });
  }
  if (rawFinishReason === 'model_context_window_exceeded') {
    throw new ModelError('too_long', 'the context window is exceeded', { status: 200, tokens });
  }
  return { text, tokens };
}
