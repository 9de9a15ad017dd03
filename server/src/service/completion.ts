/** Owns what is proposed while typing: directives and variables, paths, TLS versions, and rule ids in suppressions. */
import type { Engine, ProjectReport } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import { dirname, isAbsolute, isInside, join } from '../files/paths.ts';
import { noDependencies } from '../files/store.ts';
import type { LanguageId } from '../model/model.ts';
import type { Span } from '../text/span.ts';
import { apacheProposals } from './completion-apache.ts';
import { directiveProposals } from './completion-directive.ts';
import type { Proposal } from './proposal.ts';

/** A rule as lists show it. */
export interface RuleWord {
  readonly id: string;
  readonly summary: string;
}

const SUPPRESSION = /#\s*wsslint-ignore\s+([\w-]*)$/;
const CURRENT_VERSIONS = ['TLSv1.2', 'TLSv1.3'];
const VERSIONS: Partial<Record<LanguageId, RegExp>> = {
  nginx: /^\s*(?:proxy_|grpc_|uwsgi_)?ssl_protocols\s(?:[^;{}#]*\s)?([\w.]*)$/,
  apache: /^\s*SSL(?:Proxy)?Protocol\s(?:[^#]*\s)?[+-]?([\w.]*)$/i,
  haproxy: /\sssl-(?:min|max)-ver\s+([\w.]*)$/,
  caddy: /^\s*protocols\s(?:[^#]*\s)?([\w.]*)$/,
};
const NGINX_PATH =
  /^\s*(?:include|(?:proxy_|grpc_|uwsgi_)?ssl_(?:certificate|certificate_key|trusted_certificate|crl)|ssl_(?:client_certificate|dhparam|password_file))\s+["']?([^\s;{}"']*)$/;

/** What may stand at an offset; none where nothing certain is known. */
export function proposalsAt(engine: Engine, file: FileId, offset: number, rules: readonly RuleWord[]): Proposal[] {
  const opened = engine.files.open(file, noDependencies());
  const report = engine.projectsOf(file)[0];
  if (!opened.ok || report === undefined) return [];
  const { text, lines } = opened.file;
  const line = text.slice(lines.lineSpan(lines.positionAt(offset).line).start, offset);
  const { language } = report.project;
  const before = (word: string): Span => ({ start: offset - word.length, end: offset });

  const rule = SUPPRESSION.exec(line)?.[1];
  if (rule !== undefined) {
    return rules.map(({ id, summary }) => ({ kind: 'rule', text: `${id}: `, detail: summary, span: before(rule) }));
  }
  const version = VERSIONS[language]?.exec(line)?.[1];
  if (version !== undefined) {
    const current = language === 'caddy' ? ['tls1.2', 'tls1.3'] : CURRENT_VERSIONS;
    const missing = current.filter((one) => !line.split(/\s+/).includes(one));
    return missing.map((one) => ({ kind: 'value', text: one, detail: undefined, span: before(version) }));
  }
  if (language === 'apache') return apacheProposals(report.project, opened.file, offset);
  const path = language === 'nginx' ? NGINX_PATH.exec(line)?.[1] : undefined;
  return path === undefined
    ? directiveProposals(report.project, opened.file, offset)
    : pathsFor(engine, report, path, offset);
}

/** The entries of the folder that a path has reached. */
function pathsFor(engine: Engine, report: ProjectReport, written: string, offset: number): Proposal[] {
  const slash = written.lastIndexOf('/') + 1;
  const typed = written.slice(slash);
  const entries = engine.files.list(folderOf(report, written.slice(0, slash)), noDependencies()) ?? [];
  return entries.flatMap(({ name, kind }): Proposal[] => {
    if (kind === 'other' || /[\s;{}"'\\$]/.test(name) || (name.startsWith('.') && !typed.startsWith('.'))) return [];
    const folder = kind === 'directory';
    return [
      {
        kind: folder ? 'folder' : 'file',
        text: folder ? `${name}/` : name,
        detail: undefined,
        span: { start: offset - typed.length, end: offset },
      },
    ];
  });
}

/** nginx takes relative paths from the folder of its main file; absolute ones go through `pathMap`. */
function folderOf({ project, settings }: ProjectReport, written: string): FileId {
  if (!isAbsolute(written)) return join(dirname(project.root), written);
  const mapping = settings.pathMap.find(({ from }) => isInside(from, written.replace(/\/+$/, '') || '/'));
  return mapping === undefined ? join('/', written) : join(mapping.to, `.${written.slice(mapping.from.length)}`);
}
