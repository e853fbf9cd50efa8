import type { FixHistory } from '../../core/fixes/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { runGit } from './run-git.ts';
import { placeIn } from './throw-away-tree.ts';

export interface FixHistoryOptions {
  repository: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** Commit by the name of a deployed revision, from configuration. */
  revisions: Readonly<Record<string, string>>;
  /** Where branches are pushed to, and what proves that they may be; null: nothing is pushed. */
  remote: { url: string; token: string | null } | null;
}

const FULL = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const BRANCH = /^guardian\/fix-[a-z0-9-]{1,100}$/;
const PUSH_MS = 120_000;

/** The history of the watched code, as the loop of fixes asks it. */
export function createFixHistory({ repository, environment, revisions, remote }: FixHistoryOptions): FixHistory {
  const place = placeIn(repository, environment, { timeoutMs: 20_000 });
  return {
    async commitOf(revision) {
      const mapped = revisions[revision];
      for (const name of [...(mapped === undefined ? [] : [mapped]), ...namesIn(revision)]) {
        const found = await commitNamed(name);
        if (found !== null) return found;
      }
      return null;
    },

    async contains(descendant, commit) {
      if (!FULL.test(descendant) || !FULL.test(commit)) return null;
      if ((await commitNamed(descendant)) === null || (await commitNamed(commit)) === null) return null;
      const between = await runGit(place, ['rev-list', '--count', '--max-count=1', commit, `^${descendant}`]);
      // Nothing of the commit's history is outside of the other's.
      return between.toString('utf8').trim() === '0';
    },

    async push(branch) {
      if (remote === null) throw new GuardianError('forbidden', { reason: (m) => m.outward.git.noPush });
      if (!BRANCH.test(branch)) throw new GuardianError('git_failed', { reason: (m) => m.outward.git.onlyFixes });
      const gitVariables = {
        ...trusted(environment),
        ...(remote.token === null ? {} : headerVariables(remote.url, remote.token)),
      };
      const allowed = ['-c', `protocol.${protocolOf(remote.url)}.allow=always`, '-c', 'credential.helper='];
      const ref = `refs/heads/${branch}:refs/heads/${branch}`;
      const pushing = placeIn(repository, environment, { timeoutMs: PUSH_MS });
      try {
        await runGit({ ...pushing, gitVariables }, [
          ...allowed,
          'push',
          '--quiet',
          '--no-verify',
          '--end-of-options',
          remote.url,
          ref,
        ]);
      } catch (cause) {
        // What git says may name the address; whether it passes, nobody says: it is tried again.
        const said = withoutSecrets(String((cause as Error).message), remote);
        throw new GuardianError('delivery_unreachable', { path: 'git', reason: (m) => m.outward.git.notPushed(said) });
      }
    },
  };

  async function commitNamed(name: string): Promise<string | null> {
    if (!/^[A-Za-z0-9][\w./@+-]{0,249}$/.test(name) || name.includes('..')) return null;
    const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
    const found = await runGit(place, asked).catch((error: unknown) => {
      if (error instanceof GuardianError && error.code === 'git_failed') return null;
      throw error;
    });
    const sha = found?.toString('utf8').trim().split('\n').at(-1) ?? '';
    return FULL.test(sha) ? sha : null;
  }
}

/** Whose certificates are believed beside the system's: of git's own variables the only ones that are passed on. */
function trusted({ GIT_SSL_CAINFO: file, GIT_SSL_CAPATH: place }: FixHistoryOptions['environment']) {
  return { ...(file !== undefined && { GIT_SSL_CAINFO: file }), ...(place !== undefined && { GIT_SSL_CAPATH: place }) };
}

/** In the environment, where other users of the machine do not see it as they see arguments. */
function headerVariables(url: string, token: string): Record<string, string> {
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${url}.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
}

function protocolOf(url: string): string {
  return /^([a-z]+):\/\//.exec(url)?.[1] ?? 'file';
}

function withoutSecrets(text: string, { token }: { token: string | null }): string {
  const plain = text.replace(/\/\/[^/@\s]*@/g, '//');
  return (token === null ? plain : plain.replaceAll(token, '[token]')).slice(0, 300);
}

/** The name itself (a tag, a hash), then every hash inside it (`shop-00042-3f2a9c1`, `registry/shop:3f2a9c1b`). */
function namesIn(revision: string): string[] {
  if (revision.length > 300 || revision === 'HEAD') return [];
  const hashes = (revision.match(/(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])/g) ?? []).filter((text) => /\d/.test(text));
  const tag = /:([\w.-]+)$/.exec(revision)?.[1];
  return [revision, ...(tag === undefined ? [] : [tag]), ...hashes];
}
