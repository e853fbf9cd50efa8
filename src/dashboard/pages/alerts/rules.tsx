import { useQuery } from '@tanstack/react-query';
import { type RuleList, rulesQuery } from '../../api/queries/alerts.ts';
import { Badge } from '../../components/badges.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { oneLine, visibleText } from '../../visible-text.ts';
import { RuleTest } from './rule-test.tsx';

/** What raises alerts, out of the way; a rule that could not look is said at once, for its silence means nothing. */
export function Rules() {
  const rules = useQuery(rulesQuery);
  return (
    <div className="mt-8">
      <Loaded query={rules}>{({ items }) => <RuleRows rules={items} />}</Loaded>
    </div>
  );
}

function RuleRows({ rules }: { rules: RuleList['items'] }) {
  const { alerts: t } = useMessages();
  const blind = rules.filter(({ problem }) => problem !== null).length;
  const sorted = rules.toSorted(
    (a, b) => Number(a.problem === null) - Number(b.problem === null) || b.firing - a.firing,
  );
  return (
    <details open={blind > 0}>
      <summary className="cursor-pointer text-muted">
        {t.rules(rules.length)} {blind > 0 && <Badge tone="warn">{t.rulesBad(blind)}</Badge>}
      </summary>
      {rules.length === 0 ? (
        <p className="mt-2 text-sm text-muted">{t.noRules}</p>
      ) : (
        <ul className="mt-2 overflow-hidden rounded-lg border border-line bg-card">
          {sorted.map((rule) => (
            <RuleRow key={rule.name} rule={rule} />
          ))}
        </ul>
      )}
    </details>
  );
}

function RuleRow({ rule }: { rule: RuleList['items'][number] }) {
  const { alerts: t } = useMessages();
  const formats = useFormats();
  const mayTest = useMay('write');
  return (
    <li className="border-b border-line px-3 py-2 text-sm last:border-b-0">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-semibold wrap-anywhere">{oneLine(rule.name)}</span>
        <span className="font-mono text-xs wrap-anywhere">{formats.list(rule.types.map(oneLine))}</span>
        <span className="text-muted">{t.ruleOver[rule.over]}</span>
        {rule.firing > 0 && <Badge tone="bad">{t.unresolved(rule.firing)}</Badge>}
        <span className="text-xs text-muted">
          {rule.lastLookAt === null ? (
            t.noLook
          ) : (
            <>
              {t.lastLook} <Ago at={rule.lastLookAt} />
            </>
          )}
        </span>
      </p>
      {!rule.types.includes(rule.description) && (
        <p className="text-muted wrap-anywhere">{visibleText(rule.description)}</p>
      )}
      {rule.problem !== null && <p className="text-warn wrap-anywhere">{visibleText(rule.problem)}</p>}
      {mayTest && <RuleTest name={rule.name} isOfTexts={rule.over === 'text'} />}
    </li>
  );
}
