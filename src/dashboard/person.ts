import { useMessages } from './language.tsx';
import { oneLine } from './visible-text.ts';

/** How whoever did something is called: Guardian itself and whoever sits at a machine without users have no name of their own. */
export function usePerson(): (name: string) => string {
  const { shared } = useMessages();
  return (name) => {
    if (name === 'guardian') return shared.guardian;
    return name === 'open' ? shared.somebodyHere : oneLine(name);
  };
}
