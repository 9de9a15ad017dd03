/** Owns what stands at an offset, and the outline of a file, for hovers and navigation. */
import type { FileId } from '../../files/host.ts';
import { type Fact, known, type Place, unknown } from '../../model/origin.ts';
import { type Span, spanTouches } from '../../text/span.ts';
import type { OutlineItem, Subject } from '../language.ts';
import { securityLevelOf } from './lower/cipher-settings.ts';
import type { Lowered } from './lower/index.ts';
import { parseTime, timeInWords } from './lower/time.ts';
import { settingsOf } from './lower/versions.ts';
import { find, type ProxySection, placeOf, titleOf } from './proxies.ts';
import { findAt, isServerLine, sectionSpan, startsWith } from './syntax/query.ts';
import type { Section, Statement, Tree } from './syntax/tree.ts';
import { spanOfWords } from './syntax/words.ts';

/** What a timeout's line comes to. */
function timeoutFact(statement: Statement): Fact<string> {
  const value = statement.words[2];
  if (value === undefined) return unknown('it has no value');
  if (value.variable) return unknown('it comes from the environment');
  const time = parseTime(value.value);
  if (time === undefined || !time.ok) return unknown('HAProxy may refuse its value');
  const words = time.seconds === Number.POSITIVE_INFINITY ? 'none: 0 switches it off' : timeInWords(value.value);
  return known(words, { kind: 'written', place: placeOf(statement) });
}

/** A `timeout` that another line of its section overrides, or that HAProxy ignores where it stands. */
function overridden(statement: Statement, section: Section, proxies: readonly ProxySection[]): string | undefined {
  const name = statement.words[1]?.value ?? '';
  if (section.kind === 'frontend' && name === 'tunnel') return 'HAProxy ignores `timeout tunnel` in a frontend';
  const proxy = proxies.find((one) => one.section === section);
  if (proxy === undefined) return undefined;
  const found = find(proxy, 'timeout', ({ words }) => words[1]?.value === name);
  return found.kind === 'found' && found.statement !== statement
    ? `a later \`timeout ${name}\` of this section overrides it`
    : undefined;
}

function settingAt({ proxies }: Lowered, section: Section, statement: Statement): Subject | undefined {
  if (!startsWith(statement, 'timeout') || statement.words[1] === undefined) return undefined;
  const why = overridden(statement, section, proxies);
  const fact = why === undefined ? timeoutFact(statement) : unknown(why);
  return { kind: 'setting', span: statement.span, name: `timeout ${statement.words[1].value}`, fact };
}

const CIPHER_SETTING = /^(?:ssl-default-(?:bind|server)-)?(ciphers|ciphersuites)$/;

/** A cipher string of a `bind` or `server` line, or of `global`. */
function ciphersAt({ whole, model }: Lowered, { words }: Statement, offset: number): Subject | undefined {
  for (let i = 0; i + 1 < words.length; i++) {
    const [name, value] = [words[i], words[i + 1]];
    const kind = CIPHER_SETTING.exec(name?.value ?? '')?.[1];
    if (kind === undefined || name === undefined || value === undefined || value.variable) continue;
    // Elsewhere these words are names: of a section, an ACL, a header.
    if (
      i === 0
        ? !name.value.startsWith('ssl-default')
        : !/^(?:bind|server|default-server|server-template)$/.test(words[0]?.value ?? '')
    )
      continue;
    if (!spanTouches({ start: name.span.start, end: value.span.end }, offset)) continue;
    const plain = value.span.end - value.span.start === value.value.length;
    return {
      kind: 'ciphers',
      span: spanTouches(value.span, offset) ? value.span : name.span,
      setting: name.value,
      text: value.value,
      use: kind === 'ciphers' ? 'list' : 'suites13',
      level: securityLevelOf(whole, model.role === 'fragment'),
      at: plain && spanTouches(value.span, offset) ? offset - value.span.start : undefined,
    };
  }
  return undefined;
}

/** The most telling thing at an offset. */
export function subjectAt(lowered: Lowered, asked: FileId, offset: number): Subject | undefined {
  const touches = (span: Span) => spanTouches(span, offset);
  const isHere = ({ file, span }: Place) => file === asked && touches(span);
  const use = lowered.files.find(({ place }) => isHere(place));
  if (use !== undefined) return { kind: 'file', span: use.place.span, use };
  const at = findAt(lowered.whole, { file: asked, offset });
  if (at === undefined || !touches(at.statement.span)) return undefined;
  const ciphers = ciphersAt(lowered, at.statement, offset);
  if (ciphers !== undefined) return ciphers;
  const setting = settingAt(lowered, at.section, at.statement);
  if (setting !== undefined) return setting;
  const route = lowered.routes.find((one) => isHere(one.route.place))?.route;
  if (route !== undefined) return { kind: 'route', span: route.place.span, route };
  const endpoint = lowered.sites.find((one) => one.endpoint?.bind === at.statement)?.endpoint?.endpoint;
  const versions = settingsOf(at.statement).settings.find(({ name, value }) =>
    touches({ start: name.span.start, end: (value ?? name).span.end }),
  );
  if (endpoint !== undefined && (versions !== undefined || at.word?.value === 'ssl' || isHere(endpoint.place))) {
    return { kind: 'endpoint', span: at.word?.span ?? endpoint.place.span, endpoint };
  }
  const site = lowered.sites.find((one) => isHere(one.site.place))?.site;
  return site === undefined ? undefined : { kind: 'site', span: site.place.span, site };
}

function childOf(statement: Statement): OutlineItem[] {
  const [keyword, name] = statement.words;
  if (keyword === undefined || name === undefined) return [];
  const kind = isServerLine(statement)
    ? 'upstream'
    : /^(use|default)_backend$/.test(keyword.value)
      ? 'route'
      : undefined;
  if (kind === undefined) return [];
  const detail = spanOfWords(statement.words, 2, statement.words.length);
  return [
    {
      name: name.value,
      detail:
        detail === undefined
          ? keyword.value
          : statement.words
              .slice(2)
              .map(({ value }) => value)
              .join(' '),
      kind,
      span: statement.span,
      nameSpan: name.span,
      children: [],
    },
  ];
}

/** One symbol a section, with its servers and the back ends that it chooses. */
export function symbolsOf({ sections }: Tree): OutlineItem[] {
  return sections.map((section): OutlineItem => {
    const binds = section.statements
      .filter((statement) => startsWith(statement, 'bind'))
      .map(({ words }) => words[1]?.value ?? '');
    return {
      name: titleOf(section),
      detail: binds.join(', '),
      kind:
        section.kind === 'frontend' || section.kind === 'listen'
          ? 'site'
          : section.kind === 'backend'
            ? 'upstream'
            : 'section',
      span: sectionSpan(section),
      nameSpan: (section.name ?? section.header).span,
      children: section.statements.flatMap(childOf),
    };
  });
}
