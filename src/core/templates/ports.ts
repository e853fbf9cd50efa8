import type { TemplateUse, TemplateVersion } from './definition.ts';

/** What is kept of templates. A version is written once and never again. */
export interface TemplateStore {
  /** False: this version is there with other content. */
  keep(version: TemplateVersion): Promise<boolean>;
  list(): Promise<TemplateVersion[]>;
  /** Adds to what each version was used. */
  addUses(uses: readonly TemplateUse[]): Promise<void>;
  uses(): Promise<TemplateUse[]>;
}

export type { TemplateUse, TemplateVersion } from './definition.ts';
