import type { z } from 'zod';
import type {
  TemplateDetail,
  TemplateSummary,
  templateCheck,
  templateCheckRequest,
  templateList,
} from '../../contracts/api/templates.ts';
import { createHistogram, GuardianError, toInstant } from '../../core/shared/index.ts';
import { idOf, keyOf, readTemplateFiles, type TemplateUse, type TemplateVersion } from '../../core/templates/index.ts';
import type { Services } from '../app-env.ts';

export async function templateViews({ templates }: Pick<Services, 'templates'>): Promise<z.infer<typeof templateList>> {
  const { library } = templates;
  const uses = new Map((await templates.uses()).map((use) => [idOf(use), use]));
  const groups = Map.groupBy(library.list(), keyOf);
  const problems = templates.problems();
  return {
    items: [...groups].map(([key, versions]) => {
      const problem = problems.find((one) => one.key === key);
      return summaryOf(versions, library.current(key)!, { uses, problem: problem?.message ?? null });
    }),
    problems: problems.map(({ file, key, message }) => ({ file, template: key, message })),
  };
}

function summaryOf(
  versions: readonly TemplateVersion[],
  current: string,
  { uses, problem }: { uses: ReadonlyMap<string, TemplateUse>; problem: string | null },
): TemplateSummary {
  const { namespace, name, kind, origin, file, extends: extended } = versions.find((one) => one.version === current)!;
  return {
    ...{ namespace, name, kind, extends: extended, origin, file, current, problem },
    versions: versions.map((one) => {
      const use = uses.get(idOf(one));
      const durations = createHistogram(use?.durations);
      return {
        version: one.version,
        hash: one.hash,
        createdAt: toInstant(one.createdAt),
        renders: use?.renders ?? 0,
        failures: use?.failures ?? 0,
        p50Ms: durations.quantile(0.5),
        p95Ms: durations.quantile(0.95),
        lastUsedAt: use ? toInstant(use.lastUsedAt) : null,
      };
    }),
  };
}

/** Exactly the version that is asked for; one that is not there is an error, never another one. */
export async function templateOf(
  services: Pick<Services, 'templates'>,
  { namespace, name }: { namespace: string; name: string },
  version: string | undefined,
): Promise<TemplateDetail> {
  const key = `${namespace}/${name}`;
  const found = services.templates.library.get(version === undefined ? key : `${key}@${version}`);
  const summary = (await templateViews(services)).items.find((one) => `${one.namespace}/${one.name}` === key);
  if (!summary) throw new GuardianError('not_found', { path: key });
  const { content, extends: extended, file, origin } = found;
  return { ...summary, version: found.version, content, extends: extended, file, origin };
}

/** Files as they would be read, whatever their order; what they give is in no library afterwards. */
export async function checkTemplates(
  { templates }: Pick<Services, 'templates'>,
  { namespace, contents }: z.output<typeof templateCheckRequest>,
): Promise<z.infer<typeof templateCheck>> {
  const trial = templates.library.copy();
  const sources = contents.map((source, index) => ({ namespace, file: String(index), source, problem: null }));
  const { read, faults } = await readTemplateFiles(trial, sources, async (one) => void trial.keep(one));
  return {
    items: sources.map(({ file }) => {
      const good = read.find(({ version }) => version.file === file);
      return {
        template: good ? idOf(good.version) : null,
        problems: faults.find((one) => one.file === file)?.faults ?? [],
      };
    }),
  };
}
