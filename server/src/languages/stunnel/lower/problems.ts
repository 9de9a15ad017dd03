/** Owns what stunnel refuses beyond the cutting into lines: options it does not know, values, services that are not whole. */
import { GLOBAL_OPTIONS, OTHER_OPTIONS, SERVICE_OPTIONS, SWITCHES, TIMES, TLS_NAMES } from '../../../facts/stunnel.ts';
import { type ConfigProblem, TLS_VERSIONS } from '../../../model/model.ts';
import { nearest } from '../../../text/nearest.ts';
import { isOpen } from '../claim.ts';
import { entriesOf, isClient, type Scope } from '../options.ts';
import { type Entry, placeOfValue, type StunnelProject } from '../project.ts';
import { moveToGlobals } from '../realize/layout.ts';
import { hasAuthorities } from '../realize/verification.ts';
import { shown } from '../syntax/parser.ts';
import { scopesOf } from './sites.ts';
import { verificationOf } from './verification.ts';
import { boundsOf } from './versions.ts';

const GLOBAL = new Set(GLOBAL_OPTIONS.map((name) => name.toLowerCase()));
const ALL: ReadonlyMap<string, string> = new Map(
  [...GLOBAL_OPTIONS, ...SERVICE_OPTIONS].map((name) => [name.toLowerCase(), name]),
);

/** Values that hold no white space, so that what looks like a comment behind them is one that stunnel does not see. */
const NO_SPACES: ReadonlySet<string> = new Set([
  'accept',
  'connect',
  'redirect',
  'sslversion',
  'sslversionmin',
  'sslversionmax',
  'verify',
  'securitylevel',
  'checkhost',
  'checkip',
  ...SWITCHES,
  ...TIMES,
]);
const PATHS: ReadonlySet<string> = new Set(['cert', 'key', 'cafile', 'capath', 'crlfile', 'crlpath']);

const syntax = (entry: Entry, message: string): ConfigProblem => ({
  rule: 'config-syntax',
  place: placeOfValue(entry),
  message,
});

function nameFault(entry: Entry, global: boolean, project: StunnelProject): ConfigProblem | undefined {
  const { key, name } = entry.option;
  const written = `\`${shown(name.value)}\``;
  const place = { file: entry.file.id, span: name.span };
  if (!ALL.has(key)) {
    if (OTHER_OPTIONS.has(key) || isOpen(name.value) || !/^\w+$/.test(name.value)) return undefined;
    const meant = nearest(name.value, ALL.values());
    return {
      rule: 'config-syntax',
      place,
      message: `${written} is no option of stunnel's, and it does not start ("Specified option name is not valid here")${meant === undefined ? '' : `; did you mean \`${meant}\`?`}`,
      ...(meant === undefined
        ? {}
        : {
            offers: [
              {
                title: `Write \`${meant}\``,
                safety: 'behaviour',
                remedy: {
                  kind: 'edit',
                  edits: () => [{ file: entry.file.id, edits: [{ span: name.span, newText: meant }] }],
                },
              },
            ],
          }),
    };
  }
  if (global || !GLOBAL.has(key)) return undefined;
  return {
    rule: 'config-directive-misplaced',
    place,
    message: `${written} is a global option: in a service stunnel refuses it ("Specified option name is not valid here"). It belongs before the first \`[service]\``,
    offers: [
      {
        title: 'Move it before the first service',
        safety: 'behaviour',
        remedy: { kind: 'edit', edits: () => moveToGlobals(entry, project) },
      },
    ],
  };
}

function commentFault(entry: Entry): ConfigProblem | undefined {
  const { key, value } = entry.option;
  if (!NO_SPACES.has(key) && !PATHS.has(key)) return undefined;
  const at = /[ \t]+(?=[;#])/.exec(value.value);
  if (at === null) return undefined;
  const start = value.span.start + at.index;
  return {
    rule: 'config-syntax',
    place: { file: entry.file.id, span: { start: start + at[0].length, end: value.span.end } },
    message: 'A comment stands on a line of its own in stunnel: this is a part of the value',
    offers: [
      {
        title: 'Put the comment on a line of its own',
        safety: 'safe',
        remedy: {
          kind: 'edit',
          edits: () => {
            const { text } = entry.file;
            const { line, name } = entry.option;
            const indentation = text.slice(line.start, name.span.start);
            const end = text.startsWith('\r\n', line.end) ? '\r\n' : '\n';
            const comment = value.value.slice(at.index).trim();
            return [
              {
                file: entry.file.id,
                edits: [
                  { span: { start: name.span.start, end: name.span.start }, newText: `${comment}${end}${indentation}` },
                  { span: { start, end: value.span.end }, newText: '' },
                ],
              },
            ];
          },
        },
      },
    ],
  };
}

function valueFault(entry: Entry): ConfigProblem | undefined {
  const { key, name, value } = entry.option;
  const text = value.value;
  if (isOpen(text)) return undefined;
  const said = `\`${name.value} = ${shown(text)}\``;
  if (SWITCHES.has(key) && !/^(yes|no)$/i.test(text))
    return syntax(entry, `\`${name.value}\` is \`yes\` or \`no\`; \`${shown(text)}\` keeps stunnel from starting`);
  if (TIMES.has(key) && !/^-?\d+$/.test(text))
    return syntax(
      entry,
      `\`${name.value}\` is a number of seconds, without a unit; ${said} keeps stunnel from starting`,
    );
  if (key === 'verify' && !/^[0-4]$/.test(text))
    return syntax(entry, `\`verify\` is a level from 0 to 4; ${said} keeps stunnel from starting ("Bad verify level")`);
  if (key === 'securitylevel' && !/^[0-5]$/.test(text))
    return syntax(entry, `\`securityLevel\` is a number from 0 to 5; ${said} keeps stunnel from starting`);
  if (/^sslversion(min|max)?$/.test(key) && text.toLowerCase() !== 'all' && !TLS_NAMES.has(text.toLowerCase()))
    return syntax(
      entry,
      `${said} names no version that stunnel knows ("Invalid protocol version"), so it does not start: they are \`all\`, ${[...TLS_NAMES.values()].map((one) => `\`${one}\``).join(', ')}`,
    );
  if (key === 'options' && /^-?NO_TLSv1\.\d$/i.test(text))
    return syntax(
      entry,
      `${said} has a dot where OpenSSL's name has \`_\` ("Illegal TLS option"), so stunnel does not start`,
    );
  // Before 5.8x the quotes are a part of the name; newer versions pass over such a file in silence.
  if (PATHS.has(key) && /^(["']).*\1$/.test(text))
    return syntax(entry, 'stunnel knows no quotes: these are taken for a part of the name, and no such file is found');
  return undefined;
}

const at = (scope: Scope, message: string): ConfigProblem => ({
  rule: 'config-syntax',
  place: { file: scope.service.file.id, span: scope.service.header.span },
  message,
});

/** What a service lacks, or what contradicts itself in it; stunnel says it when the whole configuration is read. */
function serviceFaults(scope: Scope): ConfigProblem[] {
  if (scope.project.hidden !== undefined) return [];
  const { service, project } = scope;
  const out: ConfigProblem[] = [];
  const has = (...keys: readonly string[]): boolean => entriesOf(scope, ...keys).length > 0;
  const client = isClient(scope);
  const sni = entriesOf(scope, 'sni').at(-1);
  const secondary = client.known && !client.value && sni !== undefined && sni.option.value.value !== '';
  const own = (key: string): boolean => service.own.some(({ option }) => option.key === key);
  if (client.known && !secondary && !isOpen(service.name)) {
    if (!own('accept'))
      out.push(
        at(
          scope,
          `\`[${service.name}]\` has no \`accept\`, so stunnel does not start ("Each service must define two endpoints")`,
        ),
      );
    else if (!has('connect', 'exec') && !protocolLeads(scope))
      out.push(
        at(
          scope,
          `\`[${service.name}]\` leads nowhere: without \`connect\` or \`exec\` stunnel does not start ("Each service must define two endpoints")`,
        ),
      );
  }
  if (secondary && sni !== undefined && !isOpen(sni.option.value.value)) {
    const [primary = ''] = sni.option.value.value.split(':');
    if (project.named(primary) === undefined)
      out.push(
        syntax(
          sni,
          `There is no \`[${shown(primary)}]\` here, so stunnel does not start ("SNI section name not found")`,
        ),
      );
  }
  const { min, max, unclear } = boundsOf(scope);
  if (!unclear && min?.version !== undefined && max?.version !== undefined) {
    if (TLS_VERSIONS.indexOf(min.version) > TLS_VERSIONS.indexOf(max.version))
      out.push(
        syntax(
          max.entry,
          `No version lies between \`${min.version}\` and \`${max.version}\`, and stunnel does not start ("Invalid protocol version range")`,
        ),
      );
  }
  const { chain, peer, decided, unclear: unknown } = verificationOf(scope);
  const verifies = (chain ? decided.chain : undefined) ?? (peer ? decided.peer : undefined);
  if (unknown === undefined && verifies !== undefined && !hasAuthorities(scope))
    out.push(
      syntax(
        verifies,
        `\`${verifies.option.name.value} = ${verifies.option.value.value}\` needs a \`CAfile\` or \`CApath\` that says whom to trust; stunnel does not start without`,
      ),
    );
  // Whether they stand in the service or are a default of all.
  for (const entry of ['checkhost', 'checkip', 'checkemail', 'redirect'].flatMap(
    (key) => entriesOf(scope, key).at(-1) ?? [],
  )) {
    if (unknown !== undefined || verifies !== undefined) break;
    out.push(
      syntax(
        entry,
        `\`${entry.option.name.value}\` needs \`verifyChain\` or \`verifyPeer\`, and stunnel does not start without ("Either "verifyChain" or "verifyPeer" has to be enabled")`,
      ),
    );
  }
  return out;
}

/** Some protocols find the way themselves. */
function protocolLeads(scope: Scope): boolean {
  return (
    entriesOf(scope, 'protocol').some(({ option }) => /^socks$/i.test(option.value.value)) ||
    entriesOf(scope, 'transparent').length > 0
  );
}

export function problemsOf(project: StunnelProject): ConfigProblem[] {
  const out: ConfigProblem[] = [];
  for (const { file, tree } of project.files.values())
    for (const { span, message } of tree.problems)
      out.push({ rule: 'config-syntax', place: { file: file.id, span }, message });
  const look = (entry: Entry, global: boolean): void => {
    // A part may begin with options of the service around it, or with global ones.
    const named = nameFault(entry, global, project);
    if (named !== undefined) out.push(named);
    const fault = commentFault(entry) ?? valueFault(entry);
    if (fault !== undefined) out.push(fault);
  };
  for (const entry of project.globals) look(entry, true);
  for (const { own } of project.services) for (const entry of own) look(entry, false);
  for (const scope of scopesOf(project)) out.push(...serviceFaults(scope));
  return [...out, ...project.problems];
}
