/** Owns client certificates that a line of a `crt-list` asks for by itself: it goes before the `bind` line, for its names only. */
import { BIND_VALUES } from '../../../facts/haproxy.ts';
import type { ClientCertificates, UncheckedWay } from '../../../model/client-certificates.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { type ProxySection, placeOf, sectionsOf, titleOf } from '../proxies.ts';
import { addRules } from '../realize/rules.ts';
import type { ListEntry } from '../syntax/crt-list.ts';
import { parametersOf } from '../syntax/query.ts';
import type { Statement } from '../syntax/tree.ts';
import { filesOf } from './certificates.ts';
import { demandOf, last, onlyTls, type Surroundings } from './client-certificates.ts';
import { asksForClients, listOf, settingsOfEntry } from './crt-lists.ts';
import { isHttp } from './upgrade.ts';

/** Rules after which the name of the handshake and the Host are the same (manual, "strcmp"). */
const SAME_NAME = [
  'http-request set-var(txn.host) req.hdr(host),field(1,:),lower',
  'http-request deny deny_status 421 unless { ssl_fc_sni,lower,strcmp(txn.host) eq 0 }',
];

/** What may tell connections by their names or certificates apart. */
const TELLS = /\bssl_(?:c_|f_|fc_sni|fc_has_)|\blua\.|^(?:filter|send-proxy-v2-ssl|proxy-v2-options)/;

/** A line of a list as one statement: its certificate, then its settings. */
export function statementOf({ source, certificate, settings }: ListEntry): Statement {
  const end = (settings[settings.length - 1] ?? certificate).span.end;
  const span = { start: certificate.span.start, end };
  return { source, words: [certificate, ...settings], span, line: span, branch: '' };
}

/** What clients are asked that want one of the names of a line; its `ca-file` and that of the `bind` line add up to nothing. */
export function clientsOfEntry(
  entry: ListEntry,
  { proxy, bind, ofBind }: { proxy: ProxySection; bind: Statement; ofBind: Fact<ClientCertificates> },
  surroundings: Surroundings,
): Fact<ClientCertificates> {
  const own = settingsOfEntry(entry);
  const verify = last(own, 'verify');
  if (verify === undefined) {
    return asksForClients(entry) ? unknown('this line of the `crt-list` has authorities of its own') : ofBind;
  }
  const ofLine = parametersOf(bind.words, 2, BIND_VALUES);
  if (ofLine.some(({ name }) => /-ignore-err$/.test(name.value)))
    return unknown('some faults of certificates are ignored');
  const statement = statementOf(entry);
  const found = demandOf({ proxy, bind: statement, parameters: own, verify, listener: bind }, surroundings);
  if (!found.known || found.value.demand !== 'required') return found;
  const { ways } = found.value;
  const way = otherNames(entry, proxy, bind, statement, surroundings);
  if (!ways.known || way === undefined) return found;
  return known({ ...found.value, ways: known([...ways.value, way], ways.origin) }, found.origin);
}

/** A certificate of the same `bind` line for which nobody is asked for one; undefined where all are, or where that is not known. */
function unaskedOther(entry: ListEntry, bind: Statement, { context }: Surroundings): Statement | undefined {
  const parameters = parametersOf(bind.words, 2, BIND_VALUES);
  const asked = last(parameters, 'verify')?.value?.value ?? 'none';
  const lists = filesOf(bind, context).map((named) =>
    named.setting === 'crt-list' ? listOf(named, context) : undefined,
  );
  const demands = lists
    .flatMap((list) => list?.entries ?? [])
    .filter((one) => one !== entry)
    .map((one) => ({ one, demand: last(settingsOfEntry(one), 'verify')?.value?.value ?? asked }));
  const other = demands.find(({ demand }) => demand === 'none')?.one;
  if (other !== undefined) return statementOf(other);
  return asked === 'none' && parameters.some(({ name }) => /^(?:default-)?crt$/.test(name.value)) ? bind : undefined;
}

/**
 * The name of the handshake decides over the certificate, and the Host of a request over where it goes: who asks for another name is
 * asked for nothing (seen with 2.6, 3.0 and 3.2).
 */
function otherNames(
  entry: ListEntry,
  proxy: ProxySection,
  bind: Statement,
  statement: Statement,
  surroundings: Surroundings,
): UncheckedWay | undefined {
  const { backends, allSeen, context } = surroundings;
  const other = unaskedOther(entry, bind, surroundings);
  const verify = last(settingsOfEntry(entry), 'verify');
  if (other === undefined || verify?.value === undefined || !allSeen) return undefined;
  if (proxy.unclear !== undefined || isHttp(proxy) !== true) return undefined;
  const sections = new Set([proxy, ...backends.values()].flatMap(sectionsOf));
  const tells = [...sections].some(({ statements }) =>
    statements.some(({ words }) => words.some(({ value, variable }) => variable || TELLS.test(value))),
  );
  if (tells) return undefined;
  const names = entry.filters.map(({ value }) => value).filter((value) => !value.startsWith('!'));
  const whom = names.length === 0 ? `the names of \`${entry.certificate.value}\`` : `\`${names[0]}\``;
  return {
    kind: 'everything',
    place: placeOf(statement, { start: verify.name.span.start, end: verify.value.span.end }),
    message: `\`verify ${verify.value.value}\` counts for handshakes that ask for ${whom}: one that asks for another name gets another certificate, without being asked for one, and \`${titleOf(proxy.section)}\` then takes requests for any Host`,
    related: [{ place: placeOf(other), message: 'nobody is asked for a certificate here' }],
    offers: onlyTls(proxy)
      ? [
          {
            title: 'Answer 421 where the Host is not the name of the handshake',
            safety: 'behaviour',
            remedy: { kind: 'edit', edits: () => addRules(proxy, context.whole, SAME_NAME) },
          },
        ]
      : [],
  };
}
