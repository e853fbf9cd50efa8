import { type RawBuilder, sql } from 'kysely';
import type { StoreDialect } from '../../dialects/dialect.ts';

/** As long as this, or with an @, a name tells itself apart from everything else; the text `42` does not. */
const TELLING_CHARACTERS = 8;
/** Fields of JSON that hold a user. */
const USER_FIELDS = 'user|email|user_email|userBefore|subject';

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** A user's name as it may stand in texts: as it is, in JSON, in an address; whatever its case. */
export class NameText {
  readonly name: string;
  /** It can be looked for anywhere. One that is short or a plain number is taken out where a text is the name, or a field of JSON is a user. */
  readonly isTelling: boolean;
  /** Lower case. */
  readonly forms: string[];
  /** As a database is asked for them: one that only knows how to lower ASCII leaves other letters as they were written. */
  readonly searched: string[];
  readonly #pattern: RegExp;
  readonly #replacement: string;

  constructor(name: string, replacement: string) {
    this.name = name;
    this.isTelling = name.includes('@') || (name.length >= TELLING_CHARACTERS && /\D/.test(name));
    const written = [name, JSON.stringify(name).slice(1, -1), encodeURIComponent(name.toWellFormed())];
    this.forms = [...new Set(written.map((form) => form.toLowerCase()))];
    const inAscii = written.map((form) => form.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
    this.searched = [...new Set([...this.forms, ...inAscii])];
    const any = this.forms.map((form) => quoted(form)).join('|');
    // Within another name it is that one's: ana@shop.com in joana@shop.com, and in ana@shop.com.br.
    this.#pattern = this.isTelling
      ? new RegExp(`(?<![\\p{L}\\p{N}._%+-])(?:${any})(?![\\p{L}\\p{N}_@-]|\\.[\\p{L}\\p{N}])`, 'giu')
      : new RegExp(`(?<="(?:${USER_FIELDS})":\\s*")(?:${any})(?=")`, 'giu');
    this.#replacement = replacement;
  }

  /** That a text is the name. */
  isName(text: string | null | undefined): boolean {
    return text?.toLowerCase() === this.forms[0];
  }

  isIn(text: string): boolean {
    this.#pattern.lastIndex = 0;
    return this.isName(text) || this.#pattern.test(text);
  }

  takenFrom(text: string): string {
    if (this.isName(text)) return this.#replacement;
    return text.replace(this.#pattern, this.#replacement);
  }
}

/** That a text in the database may hold one of the names: `isIn` tells. */
export function mayHold(
  { kind }: StoreDialect,
  text: RawBuilder<unknown>,
  names: readonly NameText[],
): RawBuilder<boolean> {
  const place = kind === 'sqlite' ? sql`instr` : sql`strpos`;
  const forms = [...new Set(names.flatMap(({ searched }) => searched))];
  const any = sql.join(
    forms.map((form) => sql`${place}(lower(${text}), ${form}) > 0`),
    sql` OR `,
  );
  return sql`(${any})`;
}
