import { shortHash } from '../../src/core/shared/index.ts';
import type { Behaviour, ModelRequest } from '../../test/fixtures/model-server/index.ts';

/** What a question may be answered with: each a cause in words of its own. */
const ANSWERS = ['connection pool', 'disk cache', 'clock drift', 'price table'] as const;
export type Answer = (typeof ANSWERS)[number];

/** How the simulated models are: assumptions, each stated beside what comes of it. */
export interface Regime {
  name: string;
  /** Share of questions that a model's answer is right for. */
  right: number;
  /** Share of questions on which all samples of one model are the same: asking it again then tells nothing. */
  stubborn: number;
  /** How often a model takes over another's answer, when that is right and when it is wrong. */
  takesOver: { right: number; wrong: number };
}

export const REGIMES: readonly Regime[] = [
  { name: 'samples differ, no persuasion', right: 0.6, stubborn: 0, takesOver: { right: 0, wrong: 0 } },
  { name: 'each model stubborn, no persuasion', right: 0.6, stubborn: 0.8, takesOver: { right: 0, wrong: 0 } },
  { name: 'stubborn, persuaded by whatever is said', right: 0.6, stubborn: 0.8, takesOver: { right: 0.4, wrong: 0.4 } },
  {
    name: 'stubborn, persuaded rather by what is right',
    right: 0.6,
    stubborn: 0.8,
    takesOver: { right: 0.5, wrong: 0.2 },
  },
];

export const topicOf = (question: number): string =>
  `Question ${question}: orders of the shop were late on one day of the year. What was the cause? There is only one.`;

export const truthOf = (question: number): Answer => ANSWERS[Math.floor(draw(`truth ${question}`) * ANSWERS.length)]!;

export function answerIn(text: string): Answer | null {
  return ANSWERS.find((answer) => text.includes(`The cause is the ${answer}`)) ?? null;
}

/** The most frequent one; of equals the one that came first. */
export function majority(answers: readonly Answer[]): Answer | null {
  const counts = new Map<Answer, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

/** Models that answer by the regime, the same each time the bench is run; one token is four characters. */
export function simulate(regime: Regime): (request: ModelRequest) => Behaviour {
  const samples = new Map<string, number>();
  return ({ model, prompt }) => {
    const all = prompt.map(({ text }) => text).join('\n');
    const question = Number(/Question (\d+):/.exec(all)?.[1]);
    const agent = /You are the agent "([\w-]+)"/.exec(all)?.[1];
    const said = agent === undefined ? mediate(all) : speak(agent);
    const text = JSON.stringify(said);
    return { kind: 'say', text, tokens: { prompt: Math.ceil(all.length / 4), completion: Math.ceil(text.length / 4) } };

    function speak(name: string) {
      const before = latestOf(all);
      const own = before.get(name);
      const answer = own === undefined ? sample(name) : reconsider(name, own, [...before.values()]);
      return { text: `The cause is the ${answer}. All that was seen follows from the ${answer}.` };
    }

    function sample(name: string): Answer {
      const key = `${model} ${question} ${name}`;
      const nth = samples.get(key) ?? 0;
      samples.set(key, nth + 1);
      const isStubborn = draw(`stubborn ${model} ${question}`) < regime.stubborn;
      const seed = isStubborn ? `${model} ${question}` : `${key} ${nth}`;
      if (draw(`right ${seed}`) < regime.right) return truthOf(question);
      const wrong = ANSWERS.filter((answer) => answer !== truthOf(question));
      return wrong[Math.floor(draw(`wrong ${seed}`) * wrong.length)]!;
    }

    function reconsider(name: string, own: Answer, answers: readonly Answer[]): Answer {
      const other = majority(answers.filter((answer) => answer !== own));
      if (other === null) return own;
      const { right, wrong } = regime.takesOver;
      const readiness = other === truthOf(question) ? right : wrong;
      return draw(`over ${model} ${question} ${name}`) < readiness ? other : own;
    }
  };
}

/** It knows no more than was said: the commonest answer, and who holds which. */
function mediate(prompt: string) {
  const latest = latestOf(prompt);
  const answers = [...latest.values()];
  return {
    text: `The cause is the ${majority(answers)}. So it came out of the debate.`,
    claims: [...new Set(answers)].map((answer) => ({
      text: `The cause is the ${answer}.`,
      stances: [...latest].map(([agent, held]) => ({ agent, stance: held === answer ? 'agree' : 'disagree' })),
    })),
  };
}

/** The latest answer of each agent that the prompt shows. */
function latestOf(prompt: string): Map<string, Answer> {
  const latest = new Map<string, Answer>();
  for (const [, agent, text] of prompt.matchAll(/\| round \d+, ([\w-]+):\n\| ([^\n]*)/g)) {
    const answer = answerIn(text!);
    if (answer !== null) latest.set(agent!, answer);
  }
  return latest;
}

/** 0 to 1, the same for the same words. */
function draw(words: string): number {
  return Number.parseInt(shortHash(words, 8), 16) / 0x1_0000_0000;
}
