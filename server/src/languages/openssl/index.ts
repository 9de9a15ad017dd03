/** Owns OpenSSL's extension files and configurations as a language: what certificates are made from. */
import { basename } from '../../files/paths.ts';
import { noDependencies } from '../../files/store.ts';
import type { Claim, Environment, Language, LoadedProject, OutlineItem } from '../language.ts';
import { plainModel, plainProject } from '../plain.ts';
import { extensionSections } from './extensions.ts';
import { subjectAt } from './subjects.ts';
import { type ConfigurationText, parseConfiguration } from './syntax.ts';

/** `.conf` and `.cfg` are also those of servers, so there a section of requests has to be in it. */
const NAMES = /\.(ext|cnf|conf|cfg)$/i;
const EXTENSION_LINE = /^[ \t]*(subjectAltName|basicConstraints|extendedKeyUsage|keyUsage)[ \t]*=/m;
const SECTION = /^[ \t]*\[[ \t]*[\w.-]+[ \t]*\]/m;
const REQUESTS = /^[ \t]*(distinguished_name|req_extensions|x509_extensions)[ \t]*=/m;

function claim(path: string, text: () => string): Claim {
  const [, ending] = NAMES.exec(basename(path)) ?? [];
  if (ending === undefined) return undefined;
  const head = text().slice(0, 200_000);
  if (!EXTENSION_LINE.test(head)) return undefined;
  if (ending.toLowerCase() === 'ext') return 'root';
  return SECTION.test(head) && (ending.toLowerCase() === 'cnf' || REQUESTS.test(head)) ? 'root' : undefined;
}

function outlineOf({ sections }: ConfigurationText): OutlineItem[] {
  return [...sections.values()].flatMap(({ name, header, span, assignments }): OutlineItem[] => {
    if (name === undefined || header === undefined) return [];
    const detail = `${assignments.length} ${assignments.length === 1 ? 'line' : 'lines'}`;
    return [{ name, detail, kind: 'section', span: { ...span, start: header.start }, nameSpan: header, children: [] }];
  });
}

function load(root: string, environment: Environment): LoadedProject | undefined {
  const dependencies = noDependencies();
  const opened = environment.files.open(root, dependencies);
  if (!opened.ok) return undefined;
  const { file } = opened;
  const text = parseConfiguration(file.text);
  const model = {
    ...plainModel('openssl', root, environment.target),
    extensions: extensionSections(text, root),
  };
  return {
    ...plainProject(model, dependencies),
    files: [file],
    comments: (id) =>
      id === root ? text.comments.map((span) => ({ span, text: file.text.slice(span.start + 1, span.end) })) : [],
    realize: (remedy) => (remedy.kind === 'edit' ? remedy.edits() : undefined),
    subjectAt: (id, offset) => (id === root ? subjectAt(text, offset) : undefined),
    symbols: (id) => (id === root ? outlineOf(text) : []),
  };
}

export const openssl: Language = { id: 'openssl', claim, load };
