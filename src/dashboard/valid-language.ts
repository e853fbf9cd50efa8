/**
 * The chart library makes a number format of the browser's language as it is loaded, and a browser without a locale of its own gives one that is no
 * language tag (`en-US@posix`): no chart would be drawn. Import this before it.
 */
function isValid(tag: string): boolean {
  try {
    Intl.getCanonicalLocales(tag);
    return true;
  } catch {
    return false;
  }
}

if (!isValid(navigator.language)) {
  const known = [navigator.language.split(/[@.]/)[0]!.replace('_', '-'), ...navigator.languages].find(isValid);
  Object.defineProperty(navigator, 'language', { value: known ?? 'en', configurable: true });
}

export {};
