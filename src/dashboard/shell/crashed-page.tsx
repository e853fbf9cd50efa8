import type { ErrorComponentProps } from '@tanstack/react-router';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Pre } from '../components/code.tsx';
import { useMessages } from '../language.tsx';

/** A fault of these screens themselves. */
export function CrashedPage({ error }: ErrorComponentProps) {
  const { shared } = useMessages();
  return (
    <Card edge="bad" tint="bad">
      <div role="alert">
        <p className="font-semibold">{shared.failed.crashed}</p>
        <p className="mt-1 text-sm">{shared.failed.crashedRemedy}</p>
      </div>
      <Pre text={String(error)} label={shared.failed.crashed} />
      <Button className="mt-3" onClick={() => location.reload()}>
        {shared.retry}
      </Button>
    </Card>
  );
}
