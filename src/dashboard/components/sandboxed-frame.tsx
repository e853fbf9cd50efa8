type SandboxedFrameProps = { title: string } & ({ src: string } | { html: string });

/**
 * HTML that holds text from events: in a frame without scripts, forms, links to the outside or this page's origin. Its height is fixed, for
 * nothing inside can tell its own.
 */
export function SandboxedFrame(props: SandboxedFrameProps) {
  const content = 'src' in props ? { src: props.src } : { srcDoc: props.html };
  return (
    <iframe
      title={props.title}
      sandbox=""
      referrerPolicy="no-referrer"
      className="h-[75dvh] w-full rounded-lg border border-line bg-card"
      {...content}
    />
  );
}
