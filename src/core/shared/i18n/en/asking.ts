/** Why a command that asks a server, or reads a file of its own, cannot. */
export const asking = {
  badUrl: '--url (GUARDIAN_URL) is no http:// or https:// address',
  otherServer: 'what answers there is not this Guardian',
  keyRemedy: 'Give a valid API key in GUARDIAN_API_KEY.',
  noMcp: (address: string) => `MCP endpoint at ${address}`,
  manyLines: (path: string, most: number) => `${path} has more than ${most} lines`,
  badLine: 'it is not {"text": "…", "types": ["…"]}',
  whoAndWhy: 'who reads, and why',
  reportUnderWay: 'the report is still being made: see its run',
  runGone: 'the run is gone',
};
