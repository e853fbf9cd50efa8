import { useMessages } from '../../language.tsx';
import { Welcome } from './welcome.tsx';

export function WelcomePage() {
  const { welcome } = useMessages();
  return (
    <>
      <title>{`${welcome.title} · Guardian`}</title>
      <Welcome />
    </>
  );
}
