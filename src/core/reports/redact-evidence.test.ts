import { describe, expect, it } from 'vitest';
import { plantedSecrets, showsSecret } from '../../../test/fixtures/secrets.ts';
import { commit, issueEvidence, repositoryEvidence, snippet } from '../../../test/fixtures/understanding.ts';
import { createRedactor } from '../events/index.ts';
import { redactEvidence } from './redact-evidence.ts';

/** Tokens that show by their shape what they are: the corpus names them after their vendors. */
const shaped = plantedSecrets.filter(({ kind }) => /^[A-Z]/.test(kind));

describe('what the repository says', () => {
  it('leaves without secrets: code, subjects, names, reasons and commands', () => {
    expect(shaped.length).toBeGreaterThan(20);
    const leaked = shaped.filter(({ text, secret }) => {
      const suspect = {
        commit: commit({ subject: text }),
        points: 60,
        score: 0.6,
        confidence: 'high' as const,
        reasons: [text],
      };
      const suspects = { verdict: 'ranked' as const, reason: null, suspects: [suspect] };
      const evidence = repositoryEvidence([
        issueEvidence('issue-1', { snippets: [snippet({ code: `x = "${text}"` })], suspects, testCommand: text }),
      ]);
      const redacted = redactEvidence({ ...evidence, suspects }, createRedactor());
      return showsSecret(JSON.stringify([...redacted.byIssue.values(), redacted.suspects]), secret);
    });
    expect(leaked.map(({ name }) => name)).toEqual([]);
  });

  it('hides the address a commit was signed with, and keeps the name', () => {
    const evidence = repositoryEvidence([]);
    const signed = { ...commit({ authorName: 'Ada ada@example.org' }), isInRunningRevision: true };
    const { recentCommits } = redactEvidence({ ...evidence, recentCommits: [signed] }, createRedactor());
    expect(recentCommits.map(({ authorName }) => authorName)).toEqual(['Ada [redacted:email]']);
  });

  it('leaves code that holds no secret as it is', () => {
    const code = 'def login(password):\n    return check(password, token=read_token())';
    const evidence = repositoryEvidence([issueEvidence('issue-1', { snippets: [snippet({ code })] })]);
    const [found] = redactEvidence(evidence, createRedactor()).byIssue.values();
    expect(found?.snippets[0]?.code).toBe(code);
  });
});
