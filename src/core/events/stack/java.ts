import { commonFrames, isCircular, isLostFrames, javaCaption, javaHead, parseJavaFrame } from './java-lines.ts';
import { parseJava } from './java-parse.ts';
import { renderJava } from './java-render.ts';
import type { LineRole, StackLanguage } from './language.ts';
import { roleOfRest, standsInHead } from './line-role.ts';

/** Java, Kotlin and what else runs on the JVM. Root cause: the last `Caused by` outside what was suppressed. */
export const java: StackLanguage = {
  language: 'java',
  classify: classifyJava,
  parse: parseJava,
  render: renderJava,
};

function classifyJava(line: string, previous: LineRole | null): LineRole | null {
  if (parseJavaFrame(line)) return 'frame';
  if (javaCaption(line)) return 'link';
  const head = javaHead(line);
  // An unqualified name may be any language's: Java has none without the thread before it.
  if (head?.isCertain && (head.type?.includes('.') || line.startsWith('Exception in thread "'))) return 'start';
  if (previous === null) return null;
  if (commonFrames(line) !== null || isLostFrames(line) || isCircular(line)) return 'frame';
  return roleOfRest(line, standsInHead(previous));
}
