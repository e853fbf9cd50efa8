/** What a validator makes of a model's answer: the value, or what is wrong with it, in words for the model. */
export type Validated<Value> = { value: Value } | { faults: string[] };

/** Faults told in one repair turn. */
const TOLD = 20;

/** What the model is asked when its answer was not valid. */
export function repairPrompt(faults: readonly string[]): string {
  const listed = faults.slice(0, TOLD).map((fault) => `- ${fault}`);
  return [
    'Your answer is not valid:',
    ...listed,
    'Answer again with one corrected JSON object of the same schema and nothing else.',
  ].join('\n');
}
