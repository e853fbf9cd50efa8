import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { HandOffOutlook } from '../../../contracts/api/fixes.ts';
import type { IssueDetail } from '../../../contracts/api/issues.ts';
import { type FixAgents, fixAgentsQuery, fixesQuery, handOff, handOffOutlookQuery } from '../../api/queries/fixes.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { oneLine, visibleText } from '../../visible-text.ts';
import { isOpen as isUnderWay } from '../fixes/fix-state.tsx';
import { FIXES_SHOWN } from './fixes-of-issue.tsx';

type Agent = FixAgents['items'][number];

interface HandToAgentProps {
  issue: IssueDetail;
}

/** The button, and what it asks before it hands anything over. */
export function HandToAgent({ issue }: HandToAgentProps) {
  const { fixes } = useMessages();
  const t = fixes.handOff;
  const mayAct = useMay('write');
  const [isOpen, setOpen] = useState(false);
  if (!mayAct) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t.action}</Button>
      {isOpen && (
        <Dialog title={t.title(issue.shortId)} onClose={() => setOpen(false)}>
          <Choice issue={issue} />
        </Dialog>
      )}
    </>
  );
}

function Choice({ issue }: HandToAgentProps) {
  const { fixes } = useMessages();
  const t = fixes.handOff;
  const agents = useQuery(fixAgentsQuery);
  const outlook = useQuery(handOffOutlookQuery(issue.id));
  const fixesOf = useInfiniteQuery(fixesQuery({ issue: issue.id }, FIXES_SHOWN));
  const inWay = fixesOf.data?.pages[0]?.items.find(isUnderWay);
  const client = useQueryClient();
  const give = useMutation({
    mutationFn: ({ name, way }: Agent) => handOff({ issue: issue.id, way, agent: name }),
    onSettled: () =>
      Promise.all(['fixes', 'issue', 'issues'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
  if (give.data)
    return (
      <p role="status">
        {t.done}{' '}
        <Link to="/fixes/$id" params={{ id: give.data.id }} search={{}} className="text-info underline">
          {t.see}
        </Link>
      </p>
    );
  if (inWay !== undefined)
    return (
      <p>
        <span className="font-semibold">{t.open}.</span> {t.openMeans}{' '}
        <Link to="/fixes/$id" params={{ id: inWay.id }} search={{}} className="text-info underline">
          {t.see}
        </Link>
      </p>
    );
  return (
    <>
      <p className="text-sm text-muted">{t.intro}</p>
      <Loaded query={outlook}>{(seen) => <Gate outlook={seen} />}</Loaded>
      <Loaded query={agents}>
        {({ items }) => (
          <>
            {items.length === 0 ? (
              <div className="mt-3">
                <p className="font-semibold">{t.noAgents}</p>
                <p className="text-sm text-muted">{t.noAgentsMeans}</p>
              </div>
            ) : (
              <ul aria-label={t.agent} className="mt-3 flex flex-col gap-2">
                {items.map((agent) => (
                  <AgentRow
                    key={`${agent.way} ${agent.name}`}
                    agent={agent}
                    reasons={outlook.data?.ways.find((one) => isOf(one, agent))?.reasons ?? []}
                    isBusy={give.isPending}
                    onChoose={() => give.mutate(agent)}
                  />
                ))}
              </ul>
            )}
          </>
        )}
      </Loaded>
      {give.isError && (
        <div className="mt-3">
          <p className="font-semibold text-bad">{t.refused}</p>
          <FailedLine error={give.error} />
        </div>
      )}
    </>
  );
}

function isOf({ way, agent }: HandOffOutlook['ways'][number], { way: given, name }: Agent): boolean {
  return way === given && agent === name;
}

/** What it would be asked to do, and every reason why Guardian does not hand it off by itself. */
function Gate({ outlook }: { outlook: HandOffOutlook }) {
  const { fixes } = useMessages();
  const t = fixes.handOff;
  const formats = useFormats();
  const { reasons, againAt } = outlook.byItself;
  return (
    <>
      <p className="mt-3 text-sm">{t.level[outlook.level](formats.count(outlook.fixability))}</p>
      {reasons.length > 0 && (
        <div className="mt-2 rounded-md border border-line p-2 text-sm">
          <p className="font-semibold">{t.gate}</p>
          <ul className="list-disc pl-5">
            {reasons.map(({ code, text }) => (
              <li key={code}>{visibleText(text)}</li>
            ))}
          </ul>
          {againAt !== null && (
            <p className="mt-1 text-muted">
              {t.again} <Ago at={againAt} />
            </p>
          )}
          <p className="mt-1 text-muted">{t.gateMeans}</p>
        </div>
      )}
    </>
  );
}

interface AgentRowProps {
  agent: Agent;
  /** Why it would be refused. */
  reasons: HandOffOutlook['byItself']['reasons'];
  isBusy: boolean;
  onChoose: () => void;
}

function AgentRow({ agent, reasons, isBusy, onChoose }: AgentRowProps) {
  const { fixes } = useMessages();
  const formats = useFormats();
  const t = fixes.handOff;
  const { name, way, description, problem } = agent;
  return (
    <li className="flex items-start gap-3 rounded-md border border-line bg-card p-2">
      <div className="min-w-0 grow text-sm">
        <p className="font-semibold wrap-anywhere">
          {oneLine(name)} <span className="font-normal text-muted">{fixes.way[way]}</span>
        </p>
        {description !== '' && <p className="text-muted wrap-anywhere">{visibleText(description)}</p>}
        <p className="text-xs text-muted">
          {t.today(formats.count(agent.today), formats.count(agent.perDay))}
          {agent.isAutomatic && ` · ${t.automatic}`}
        </p>
        {problem !== null && <p className="text-warn wrap-anywhere">{visibleText(problem)}</p>}
        {reasons.map(({ code, text }) => (
          <p key={code} className="text-warn wrap-anywhere">
            {t.wouldRefuse(visibleText(text))}
          </p>
        ))}
      </div>
      <Button disabled={isBusy || reasons.length > 0} onClick={onChoose} aria-label={`${t.submit} ${oneLine(name)}`}>
        {t.submit}
      </Button>
    </li>
  );
}
