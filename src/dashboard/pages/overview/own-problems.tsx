import type { Overview } from '../../../contracts/api/overview.ts';
import { Card, Section } from '../../components/card.tsx';
import { useMessages } from '../../language.tsx';
import { visibleText } from '../../visible-text.ts';

export function OwnProblems({ problems }: { problems: Overview['ownProblems'] }) {
  const { overview: t } = useMessages();
  if (problems.length === 0) return null;
  return (
    <Section title={t.ownProblems} id="own-problems">
      <div className="flex flex-col gap-2">
        {problems.map(({ code, message, remedy }) => (
          <Card key={`${code} ${message}`} edge="warn" tint="warn">
            <p className="font-semibold">{visibleText(message)}</p>
            <p className="text-sm">
              {t.whatToDo} {visibleText(remedy)}
            </p>
          </Card>
        ))}
      </div>
    </Section>
  );
}
