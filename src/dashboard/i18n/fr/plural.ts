const number = new Intl.NumberFormat('fr-FR');

/** `0 erreur`, `1 erreur`, `1 204 erreurs`. */
export function plural(count: number, one: string, many: string): string {
  return `${number.format(count)} ${count < 2 ? one : many}`;
}
