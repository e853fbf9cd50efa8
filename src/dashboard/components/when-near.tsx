import { type ReactNode, useEffect, useRef, useState } from 'react';

interface WhenNearProps {
  /** Keeps its place until then, so that nothing jumps. */
  placeholder: ReactNode;
  children: ReactNode;
}

/** So far below what is on screen it is begun with. */
const AHEAD = '100px';

/** Shows what weighs much only once somebody comes near it. */
export function WhenNear({ placeholder, children }: WhenNearProps) {
  const place = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (isNear || !element) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && setNear(true),
      { rootMargin: AHEAD },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [isNear]);
  return isNear ? children : <div ref={place}>{placeholder}</div>;
}
