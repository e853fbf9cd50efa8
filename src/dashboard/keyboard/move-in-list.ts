/** Rows of any list carry `data-row`, and their main link or button `data-row-link`: what has the focus is where one stands. */

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('main [data-row]')];
}

function currentRow(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>('[data-row]') ?? null;
}

/** To the next row (1) or the one before (-1); the browser's own Enter then opens it. */
export function moveInList(step: 1 | -1): void {
  const all = rows();
  const here = currentRow();
  const index = here ? all.indexOf(here) + step : step === 1 ? 0 : all.length - 1;
  const target = all[Math.max(0, Math.min(index, all.length - 1))];
  const link = target?.querySelector<HTMLElement>('[data-row-link]');
  link?.focus();
  target?.scrollIntoView({ block: 'nearest' });
}

export function toggleRow(): void {
  currentRow()?.querySelector<HTMLElement>('input[type=checkbox]')?.click();
}

export function focusSearch(): void {
  document.querySelector<HTMLElement>('main input[type=search]')?.focus();
}
