const COMMAND =
  /^(?:npm (?:run )?(?:-s )?test|npm run [\w:-]*test[\w:-]*|npx (?:vitest|jest|mocha|playwright)|(?:yarn|pnpm|bun)(?: run)? test|(?:\.\/)?(?:gradlew|mvnw)|(?:mvn|gradle)\b.*\b(?:test|verify|check)|(?:python3? -m |poetry run |uv run |pipenv run )?(?:pytest|unittest|tox|nox)|go test|cargo (?:test|nextest)|(?:bundle exec )?(?:rspec|rake(?: test)?|rails test)|(?:\.\/)?(?:vendor\/bin\/)?phpunit|composer (?:run )?test|dotnet test|swift test|flutter test|dart test|mix test|make [\w-]*(?:test|check)[\w-]*|just [\w-]*test[\w-]*|task [\w-]*test[\w-]*|deno test|node --test|ctest)\b/;

/**
 * The command that runs the tests, as a repository's AGENTS.md gives it: the first inline or fenced command that runs tests, standing on a line,
 * or under a line, that speaks of tests. Null when none does. Only commands of known test runners count, on one line, without shell operators.
 */
export function findTestCommand(agentsText: string): string | null {
  let isFenced = false;
  let speaksOfTests = false;
  for (const line of agentsText.slice(0, 200_000).split(/\r?\n/)) {
    const trimmed = line.trim();
    if (/^(?:```|~~~)/.test(trimmed)) {
      isFenced = !isFenced;
      continue;
    }
    if (!isFenced && trimmed !== '') speaksOfTests = /\btest(?:s|ing|ed)?\b/i.test(trimmed);
    const found = isFenced ? fencedCommand(trimmed, speaksOfTests) : inlineCommand(trimmed, speaksOfTests);
    if (found) return found;
  }
  return null;
}

function fencedCommand(line: string, speaksOfTests: boolean): string | null {
  if (!speaksOfTests && !/test/i.test(line)) return null;
  return asCommand(line.replace(/^\$\s+/, '').replace(/\s+#.*$/, ''));
}

function inlineCommand(line: string, speaksOfTests: boolean): string | null {
  const inline = speaksOfTests ? [...line.matchAll(/`([^`]{2,200})`/g)] : [];
  return inline.map(([, text]) => asCommand(text!)).find((command) => command !== null) ?? null;
}

function asCommand(text: string): string | null {
  const command = text.trim();
  return COMMAND.test(command) && !/[;&|<>$`\\\n]/.test(command) ? command : null;
}
