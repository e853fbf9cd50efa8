import type { Frame, Language } from '../event.ts';

interface LibraryPatterns {
  /** Folders whose content is library code; what follows the last one is the path inside the library. Applied to the mapped path. */
  folders?: RegExp;
  /** File names as the trace writes them. */
  files?: RegExp;
  /** Class, package or module. */
  modules?: RegExp;
  /** Function with its path, for languages that show no module. */
  functions?: RegExp;
  /** A frame without a file is the runtime's. */
  needsFile?: boolean;
}

const NODE_FOLDERS = /(?<=^|\/)(?:node_modules|\.yarn|\.pnpm)\//g;

/** Library code by language: runtimes, package folders, and the frameworks and test runners that call the application. */
const PATTERNS: Record<Language, LibraryPatterns> = {
  python: {
    folders: /(?<=^|\/)(?:site-packages|dist-packages|lib(?:64)?\/python\d+(?:\.\d+)?t?)\//g,
    files: /^<(?!stdin|string|module|ipython)/,
  },
  node: {
    folders: NODE_FOLDERS,
    files:
      /^(?:node:|internal\/|wasm:\/\/|native$|<anonymous>$|(?:_[a-z_]+|assert|async_hooks|buffer|child_process|cluster|dgram|dns|domain|events|fs|http|http2|https|module|net|path|stream|string_decoder|timers|tls|url|util|vm|worker_threads|zlib)\.js$)/,
    needsFile: true,
  },
  browser: {
    folders: /(?<=^|\/)(?:node_modules|\.yarn|\.pnpm|webpack\/(?:runtime|bootstrap))(?:\/|$)/g,
    files: /^(?:[a-z-]+-extension:|\(webpack\)|native|\[native code\]|<anonymous>$|about:|blob:)/i,
    needsFile: true,
  },
  java: {
    modules:
      /^(?:java|javax|jakarta|jdk|sun|com\.sun|kotlin|kotlinx|org\.springframework|org\.apache\.(?:catalina|coyote|tools|maven)|com\.google\.common|junit|org\.junit|org\.testng|org\.gradle|com\.intellij\.rt|org\.postgresql|com\.mysql|org\.mariadb|oracle\.jdbc|com\.microsoft\.sqlserver|com\.zaxxer\.hikari|org\.hibernate|io\.netty|io\.grpc|io\.undertow|okhttp3|reactor\.(?:core|netty)|org\.eclipse\.jetty|org\.slf4j|ch\.qos\.logback|scala)\.|\$\$|\$Proxy\d+$|GeneratedMethodAccessor\d+$/,
  },
  go: {
    folders: /(?<=^|\/)(?:pkg\/mod|vendor|go(?:-?\d[\w.]*)?\/src|libexec\/src)\//g,
    modules: /^(?!main$|main\.)[^./]+(?:\/|$)/,
    functions: /^(?!main\.)[^./]+(?:\/[^.]*)?\.[^/]+$|^panic$/,
  },
  rust: {
    folders: /(?<=^|\/)(?:rustc\/[0-9a-f]+|\.cargo\/(?:registry|git)|\.rustup\/toolchains)\//g,
    modules: /^<?(?:std|core|alloc|tokio)(?:::|$)/,
    functions: /^<?(?:std|core|alloc|tokio)::/,
  },
  ruby: { folders: /(?<=^|\/)(?:gems|lib\/ruby)\//g, files: /^<internal:/ },
  php: { folders: /(?<=^|\/)vendor\//g, files: /^\[internal function\]$/, needsFile: true },
  dotnet: { modules: /^(?:System|Microsoft)\./, functions: /^(?:System|Microsoft)\./, needsFile: true },
  dart: { folders: /(?<=^|\/)\.pub-cache\//g, files: /^(?:dart:|package:flutter\/)/ },
  swift: { modules: /^(?:lib\w+\.(?:so|dylib)|libc\b|Foundation|UIKit|SwiftUI)/ },
};

/** Tells whether the frame is on its language's list of library code; `rest` is its path inside the library when a folder decided. */
export function matchLibrary(
  frame: Frame,
  language: Language,
  path: string | null,
): { isLibrary: boolean; rest: string | null } {
  const patterns = PATTERNS[language];
  const end = patterns.folders && path !== null ? endOfLastMatch(patterns.folders, path) : null;
  if (end !== null && path !== null) return { isLibrary: true, rest: path.slice(end) };
  const isLibrary =
    (patterns.needsFile === true && frame.file === null) ||
    (frame.file !== null && patterns.files?.test(frame.file) === true) ||
    (frame.module !== null && patterns.modules?.test(withoutLoader(frame.module)) === true) ||
    (frame.module === null && frame.function !== null && patterns.functions?.test(frame.function) === true);
  return { isLibrary, rest: null };
}

/** `app//com.acme.Foo`, `java.base/java.lang.Thread` → the class alone. Go's and Rust's modules keep their slashes. */
export function withoutLoader(module: string): string {
  return /^[\w.@$-]*\/(?:[\w.@$-]*\/)?[A-Za-z_$][\w$]*\.[\w.$]+$/.test(module) &&
    /^(?:app|platform|java\.|jdk\.)/.test(module)
    ? module.slice(module.lastIndexOf('/') + 1)
    : module;
}

function endOfLastMatch(pattern: RegExp, text: string): number | null {
  let end: number | null = null;
  for (const match of text.matchAll(pattern)) end = match.index + match[0].length;
  return end;
}
