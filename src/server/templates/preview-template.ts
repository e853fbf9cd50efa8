import type { z } from 'zod';
import type { TemplatePreview, templatePreviewRequest } from '../../contracts/api/templates.ts';
import { TemplateError } from '../../core/shared/index.ts';
import { idOf, type TemplateLibrary } from '../../core/templates/index.ts';

type Asked = z.output<typeof templatePreviewRequest> & { namespace: string; name: string };

/** A namespace of its own: what is tried may be called as what is kept. */
const TRIAL = 'preview-of-nobody';

/** A template on the sample of what it is for; what is wrong with it is told, not thrown. Throws `not_found`. */
export function previewTemplate(given: TemplateLibrary, asked: Asked): TemplatePreview {
  const { namespace, name, version, content, format, language } = asked;
  const library = given.copy();
  let reference = version === undefined ? `${namespace}/${name}` : `${namespace}/${name}@${version}`;
  if (content === undefined) library.get(reference);
  else {
    const read = library.read(content, { namespace: TRIAL, file: null });
    if (Array.isArray(read)) return { subject: null, output: '', problems: read };
    library.keep(read);
    reference = idOf(read.version);
  }
  const { parts, sample } = library.definitionOf(library.get(reference));
  const part = Object.keys(parts).find((one) => parts[one] === format && one !== 'subject' && one !== 'short');
  const [first] = Object.keys(parts);
  try {
    const data = sample(language);
    return {
      subject: 'subject' in parts ? library.fillVersion(reference, 'subject', data).trim() : null,
      output: library.fillVersion(reference, part ?? first!, data),
      problems: [],
    };
  } catch (thrown) {
    if (!(thrown instanceof TemplateError)) throw thrown;
    return { subject: null, output: '', problems: [{ path: `line ${thrown.line}`, message: thrown.message }] };
  }
}
