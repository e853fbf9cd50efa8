import type { PromptPart } from '../chain/fence-data.ts';
import type { DebateAgent, DebateRole, DebateTurn } from './debate.ts';
import { STANCES } from './validate-synthesis.ts';

/** The form of a turn, as each vendor is asked for it. */
export const TURN_SCHEMA = {
  name: 'debate_turn',
  json: {
    type: 'object',
    additionalProperties: false,
    required: ['text'],
    properties: { text: { type: 'string', description: 'What the agent says in this round.' } },
  },
} as const;

/** The form of a synthesis: who may take a stance is known. */
export function synthesisSchema(speakers: readonly string[]) {
  const stance = {
    type: 'object',
    additionalProperties: false,
    required: ['agent', 'stance'],
    properties: { agent: { type: 'string', enum: [...speakers] }, stance: { type: 'string', enum: [...STANCES] } },
  };
  const claim = {
    type: 'object',
    additionalProperties: false,
    required: ['text', 'stances'],
    properties: { text: { type: 'string' }, stances: { type: 'array', items: stance } },
  };
  return {
    name: 'debate_synthesis',
    json: {
      type: 'object',
      additionalProperties: false,
      required: ['text', 'claims'],
      properties: { text: { type: 'string' }, claims: { type: 'array', items: claim } },
    },
  };
}

const DUTIES: Record<Exclude<DebateRole, 'mediator'>, string> = {
  attacker: 'You look for what is wrong with the obvious answer: name its weakest assumption, and what would happen.',
  challenger: 'You test every claim for its evidence, and bring the best answer that is not the obvious one.',
  participant: 'You give the answer you hold to be right, and why.',
};

export function turnSystem({ name, role }: DebateAgent): string {
  return [
    `You are the agent "${name}" of a debate. ${DUTIES[role === 'mediator' ? 'participant' : role]}`,
    'In the first round nobody sees another. Later you are shown all turns so far: answer what the others said, say plainly where you agree now,',
    'and keep to what you hold to be right. Be brief: at most 250 words. Write in the language of the topic.',
    'Answer with one JSON object and nothing else: {"text": what you say}.',
  ].join('\n');
}

export function mediatorSystem(speakers: readonly string[]): string {
  return [
    'You are the mediator of a debate. You are shown its topic and all its turns, and take no side.',
    'Answer with one JSON object and nothing else, with these properties:',
    '- "text": the synthesis, at most 300 words: what is answered, what all agree on, what stays open.',
    '- "claims": list of 3 to 8 objects {"text", "stances"}: the claims that the debate turns on, each one sentence; "stances" has one object',
    `  {"agent", "stance"} for each of ${speakers.join(', ')}: what it holds in its latest turn, one of ${STANCES.join(', ')}.`,
    'Write in the language of the topic. Say nothing that no turn says.',
  ].join('\n');
}

/** All previous turns, each as data of its own: what a model wrote is no instruction to the next. */
export function debatePrompt(topic: string, turns: readonly DebateTurn[], last: string): PromptPart[] {
  const said = turns.filter(({ text }) => text !== '');
  return [
    { text: 'The topic of the debate:' },
    { data: topic, label: 'topic' },
    ...(said.length > 0 ? [{ text: 'All turns so far, oldest first:' }] : []),
    ...said.map(({ round, agent, text }) => ({ data: `round ${round}, ${agent}:\n${text}`, label: 'turn' })),
    { text: last },
  ];
}
