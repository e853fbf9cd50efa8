import type { PeopleLanguage, TemplateFormat, TemplateShape, TemplateWords } from '../shared/index.ts';

export type TemplateKind = 'notification' | 'report' | 'agent';

/** What a template of Guardian's own is filled with. Others extend it, or stand in its place, and are filled with the same. */
export interface TemplateDefinition {
  /** Of the built-in one: `guardian/NAME`. */
  name: string;
  kind: TemplateKind;
  /** Each part that a template may have, and what it becomes. */
  parts: Readonly<Record<string, TemplateFormat>>;
  shape: TemplateShape;
  /** What a new version is tried on before anybody gets it. */
  sample(language: PeopleLanguage): Readonly<Record<string, unknown>>;
  /** Whether what came of the sample can be used; null: it can. */
  refuse?(part: string, output: string, words: TemplateWords): string | null;
  /** Characters that a part may have; default: those of the language of templates. */
  mostCharacters?: number;
  /** The files of the built-in versions, oldest first: one that was there is never changed, only succeeded. */
  builtIn: readonly string[];
}

/** Guardian's own; nobody else's files may say that they are of it. */
export const BUILT_IN_NAMESPACE = 'guardian';

/** One version as it is kept: it never changes. */
export interface TemplateVersion {
  namespace: string;
  name: string;
  version: string;
  kind: TemplateKind;
  /** SHA-256 of the content, hexadecimal. */
  hash: string;
  /** `namespace/name@1.2.0`; null: it stands alone. */
  extends: string | null;
  origin: 'built-in' | 'file';
  /** Where it was read, relative to the folder of templates. */
  file: string | null;
  content: string;
  /** Epoch ms. */
  createdAt: number;
}

/** What is wrong: `line 12`, or the part and the line in it. */
export interface TemplateFault {
  path: string;
  message: string;
}

export interface TemplateUse {
  namespace: string;
  name: string;
  version: string;
  renders: number;
  failures: number;
  /** Milliseconds of the renders, as `createHistogram` encodes them. */
  durations: number[];
  /** Epoch ms. */
  lastUsedAt: number;
}
