/** As long as this, or with an @, a name tells itself apart from everything else; the text `42` does not. */
const TELLING_CHARACTERS = 8;
/** Fields of JSON that hold a user. */
const USER_FIELDS = 'user|email|user_email|userBefore|subject';

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** A user's name as it may stand in texts: as it is, in JSON, in an address; whatever its case. */
export class NameText {
  readonly name: string;
  /** It can be looked for anywhere. One that is short or a plain number is taken out where a text is the name, or a field of JSON is a user. */
  readonly isTelling: boolean;
  /** Lower case. */
  readonly forms: string[];
  readonly #pattern: RegExp;
  readonly #replacement: string;

  constructor(name: string, replacement: string) {
    this.name = name;
    this.isTelling = name.includes('@') || (name.length >= TELLING_CHARACTERS && /\D/.test(name));
    const written = [name, JSON.stringify(name).slice(1, -1), encodeURIComponent(name.toWellFormed())];
    this.forms = [...new Set(written.map((form) => form.toLowerCase()))];
    const any = this.forms.map((form) => quoted(form)).join('|');
    // Within another name it is that one's: ana@shop.com in joana@shop.com, and in ana@shop.com.br.
    this.#pattern = this.isTelling
      ? new RegExp(`(?<![\\p{L}\\p{N}._%+-])(?:${any})(?![\\p{L}\\p{N}_@-]|\\.[\\p{L}\\p{N}])`, 'giu')
      : new RegExp(`(?<="(?:${USER_FIELDS})":\\s*")(?:${any})(?=")`, 'giu');
    this.#replacement = replacement;
  }

  isIn(text: string): boolean {
    this.#pattern.lastIndex = 0;
    return text.toLowerCase() === this.forms[0] || this.#pattern.test(text);
  }

  takenFrom(text: string): string {
    if (text.toLowerCase() === this.forms[0]) return this.#replacement;
    return text.replace(this.#pattern, this.#replacement);
  }
}
