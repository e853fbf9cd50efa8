import type { Language } from '../../events/index.ts';

/** What a compiler, a proxy or a bundler wrote into a name, taken out again: the name the source has. */
export interface CleanName {
  /** Empty when nothing of the source's own name is left. */
  name: string;
  /** What was taken out, or null. */
  rule: string | null;
}

type Step = [rule: string, pattern: RegExp, replacement: string];

const STEPS: Record<'jvm' | 'native' | 'dynamic', readonly Step[]> = {
  jvm: [
    ['generated accessor', /GeneratedMethodAccessor\d+/g, 'GeneratedMethodAccessor'],
    ['generated accessor', /GeneratedConstructorAccessor\d+/g, 'GeneratedConstructorAccessor'],
    ['proxy class', /\$\$[A-Za-z]{0,24}By(?:Spring)?CGLIB\$\$[\w$]*/g, ''],
    ['proxy class', /\$\$(?:SpringCGLIB|FastClassBySpringCGLIB)\$\$[\w$]*/g, ''],
    ['proxy class', /_\$\$_(?:javassist|jvst)[\w$]*/g, ''],
    ['proxy class', /\$Proxy\d+/g, '$Proxy'],
    ['lambda', /\$\$Lambda[$/.\w]*/g, '$$$$Lambda'],
    ['lambda', /lambda\$([\w<>]+)\$\d+/g, '$1'],
    ['numbered function', /fn__\d+/g, 'fn__'],
    ['numbered function', /__\d{2,}(?!\w)/g, ''],
  ],
  native: [
    ['hash', /::h[0-9a-f]{16}$/, ''],
    ['offset', / ?\+ ?(?:0x[0-9a-f]+|\d+)$/i, ''],
    ['closure number', /(?:\.func\d+(?:\.\d+)*|\.gowrap\d+|-fm|-range\d+)+$/, ''],
    ['closure', /(?:::\{\{closure\}\})+/g, ''],
    ['type arguments', /\[(?:\.\.\.|[^[\]]{0,200})\]/g, ''],
  ],
  dynamic: [
    ['block', /^(?:block (?:\(\d+ levels\) )?in |rescue in |ensure in )+/, ''],
    ['template method', /__+\d+_\d+$/, ''],
    ['anonymous class', /class@anonymous[^:>]{0,300}/g, 'class@anonymous'],
    ['closure', /\{closure(?::[^}]{0,300})?\}/g, ''],
    ['state machine', /<(\w{1,128})>[a-z]__\d+(?:`\d+)?/g, '$1'],
    ['closure class', /<>c(?:__DisplayClass[\d_]+)?(?:`\d+)?\.?/g, ''],
    ['closure', /<(\w{1,128})>b__[\d_|]+/g, '$1'],
    ['closure', /\.?<(?:fn|anonymous closure|async_body|asynchronous suspension)>/g, ''],
  ],
};

const FAMILY: Partial<Record<Language, keyof typeof STEPS>> = {
  java: 'jvm',
  go: 'native',
  rust: 'native',
  swift: 'native',
  ruby: 'dynamic',
  php: 'dynamic',
  dotnet: 'dynamic',
  dart: 'dynamic',
};

const LONGEST_NAME = 1_024;

export function cleanName(name: string, language: Language | null): CleanName {
  let text = name.slice(0, LONGEST_NAME);
  let rule: string | null = null;
  if (language === 'python' && /^<(?:lambda|listcomp|dictcomp|setcomp|genexpr)>$/.test(text))
    return { name: '', rule: 'nameless' };
  if (language === 'node' || language === 'browser') return lastPart(text);
  if (language === 'rust' || language === 'swift') text = withoutTypeArguments(text);
  if (text.length !== Math.min(name.length, LONGEST_NAME)) rule = 'type arguments';
  const family = language === null ? undefined : FAMILY[language];
  for (const [what, pattern, replacement] of family ? STEPS[family] : []) {
    const next = text.replace(pattern, replacement);
    if (next !== text) rule = what;
    text = next;
  }
  return { name: text.replace(/^[.:]+|[.:]+$/g, ''), rule };
}

/** `Foo.bar` → `bar`; `Object.<anonymous>`, `eval` and the like have no name of their own. */
function lastPart(text: string): CleanName {
  const plain = text
    .replace(/^(?:async\*?|new|async new) /, '')
    .replace(/ \[as [^\]]{1,200}\]$/, '')
    .replace(/[/<*]+$/, '');
  const name = plain.slice(plain.lastIndexOf('.') + 1);
  if (/^(?:<anonymous>|anonymous|eval|\?|)$/.test(name)) return { name: '', rule: 'nameless' };
  return { name, rule: name === text ? null : 'last part' };
}

/** Takes out `<…>` that follow a name, nested ones too, in one pass; a leading `<T as Trait>` keeps its words. */
function withoutTypeArguments(text: string): string {
  let depth = 0;
  let result = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    const opens = character === '<' && (depth > 0 || /[\w:]/.test(text[at - 1] ?? ''));
    if (opens) depth++;
    else if (character === '>' && depth > 0 && text[at - 1] !== '-') depth--;
    else if (depth === 0) result += character;
  }
  return depth === 0 ? result.replace(/::$/, '').replaceAll('::::', '::') : text;
}
