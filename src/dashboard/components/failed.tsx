import { RequestError } from '../api/request.ts';
import type { Messages } from '../i18n/current.ts';
import { useMessages } from '../language.tsx';
import { visibleText } from '../visible-text.ts';
import { Button } from './button.tsx';
import { Card } from './card.tsx';

interface Explained {
  what: string;
  remedy: string | null;
  details: string[];
}

function explain(error: unknown, { shared }: Messages): Explained {
  if (!(error instanceof RequestError)) return { what: String(error), remedy: null, details: [] };
  if (error.problem) {
    const { title, detail, remedy, errors = [] } = error.problem;
    return {
      // The title is the name of the status, in English whoever reads it.
      what: detail || title,
      remedy: remedy || null,
      details: errors.map(({ path, message }) => `${path}: ${message}`),
    };
  }
  const { failed } = shared;
  if (error.status === 0) return { what: failed.unreachable, remedy: failed.unreachableRemedy, details: [] };
  if (error.status === 408) return { what: failed.late, remedy: failed.lateRemedy, details: [] };
  if (error.status === 403) return { what: failed.forbidden, remedy: failed.forbiddenRemedy, details: [] };
  if (error.status < 300) return { what: failed.unreadable, remedy: failed.unreadableRemedy, details: [] };
  return { what: error.message, remedy: null, details: [] };
}

interface FailedProps {
  error: unknown;
  retry?: (() => void) | undefined;
}

/** What happened, why, what to do; and the button that does it again. */
export function Failed({ error, retry }: FailedProps) {
  const messages = useMessages();
  const { what, remedy, details } = explain(error, messages);
  return (
    <Card edge="bad" tint="bad">
      <div role="alert">
        <p className="font-semibold">{messages.shared.failed.title}</p>
        <p className="mt-1">{visibleText(what)}</p>
        {details.map((detail) => (
          <p key={detail} className="font-mono text-sm">
            {visibleText(detail)}
          </p>
        ))}
        {remedy && <p className="mt-1 text-sm text-muted">{visibleText(remedy)}</p>}
      </div>
      {retry && (
        <Button className="mt-3" onClick={retry}>
          {messages.shared.retry}
        </Button>
      )}
    </Card>
  );
}

/** For what a person just tried: one line, beside the button. */
export function FailedLine({ error }: { error: unknown }) {
  const messages = useMessages();
  if (!error) return null;
  const { what, remedy, details } = explain(error, messages);
  return (
    <p role="alert" className="text-sm text-bad">
      {visibleText([what, ...details, remedy].filter(Boolean).join(' '))}
    </p>
  );
}
