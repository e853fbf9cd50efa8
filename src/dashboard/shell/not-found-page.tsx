import { Link } from '@tanstack/react-router';
import { buttonClass } from '../components/button.tsx';
import { EmptyState } from '../components/card.tsx';
import { useMessages } from '../language.tsx';

export function NotFoundPage() {
  const { shell } = useMessages();
  return (
    <EmptyState title={shell.notFound}>
      <p>{shell.notFoundHint}</p>
      <Link to="/" className={`${buttonClass()} mt-3`}>
        {shell.toOverview}
      </Link>
    </EmptyState>
  );
}
