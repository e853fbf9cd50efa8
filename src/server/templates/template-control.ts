import type { TemplateLibrary, TemplateUse } from '../../core/templates/index.ts';

/** Templates, with what is wrong with their files. */
export interface TemplateControl {
  library: TemplateLibrary;
  /** `key`: `namespace/name`; null: the file does not say which. */
  problems(): readonly { file: string; key: string | null; message: string }[];
  uses(): Promise<TemplateUse[]>;
}
