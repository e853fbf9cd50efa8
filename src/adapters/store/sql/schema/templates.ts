/** Columns of templates. */

interface TemplateKey {
  namespace: string;
  name: string;
  version: string;
}

export interface TemplateVersionTable extends TemplateKey {
  kind: string;
  hash: string;
  extends: string | null;
  origin: string;
  file: string | null;
  content: string;
  created_at: number;
}

export interface TemplateUseTable extends TemplateKey {
  renders: number;
  failures: number;
  /** JSON: an encoded histogram of ms. */
  durations: string;
  last_used_at: number;
}
