/** Owns tls-weak-cipher: suites that a cipher string really enables, and that should not be used any more. */
import type { Step } from '../../ciphers/evaluate.ts';
import type { Suite } from '../../ciphers/suites.ts';
import { weaknessOf } from '../../ciphers/weakness.ts';
import type { WrittenValue } from '../../model/cipher-settings.ts';
import { endpointsOf, type TlsEndpoint, type TlsVersion } from '../../model/model.ts';
import { byList, suitesNamedBy } from '../../model/named-suites.ts';
import { offerPolicy } from '../cipher-edits.ts';
import type { Offer, Rule, RuleContext, Severity } from '../rule.ts';
import { common, libraryWord, oncePerValue, type Reading, readingsOf, someOf, usedList } from '../tls-library.ts';

/** Weak suites for one reason. */
interface Group {
  readonly reason: string;
  readonly severity: Severity;
  /** The lower, the worse. */
  readonly rank: number;
  readonly suites: readonly Suite[];
}

function rankOf(suite: Suite): number {
  if (weaknessOf(suite)?.severity === 'error') return 0;
  if (suite.encryption === '3DES' || suite.encryption === 'IDEA') return 1;
  return suite.forwardSecret ? 3 : 2;
}

/** The rule of the string that brings a suite in. */
function bringerOf(suite: Suite, { evaluation }: Reading): Step | undefined {
  return evaluation.steps.find(
    (step) =>
      (step.kind === 'default' || (step.kind === 'select' && step.operation === 'add')) &&
      step.suites.some(({ name }) => name === suite.name),
  );
}

/**
 * Suites in CBC mode with SHA-1 that a class such as `EECDH+AES` brings in behind better ones: what has AES-GCM, so every
 * browser, never comes to them.
 */
function isOnlySpare(suites: readonly Suite[], reading: Reading, text: string): boolean {
  const first = reading.open.findIndex(({ name }) => suites.some((suite) => suite.name === name));
  const better = reading.open.slice(0, first).some(({ mac, forwardSecret }) => mac === 'AEAD' && forwardSecret);
  return (
    better &&
    suites.every((suite) => {
      const step = bringerOf(suite, reading);
      return step !== undefined && text.slice(step.span.start, step.span.end) !== suite.name;
    })
  );
}

function groupsOf(suites: readonly Suite[], reading: Reading, text: string): Group[] {
  const byReason = new Map<string, Suite[]>();
  for (const suite of suites) {
    const reason = weaknessOf(suite)?.reason;
    if (reason !== undefined) byReason.set(reason, [...(byReason.get(reason) ?? []), suite]);
  }
  return [...byReason]
    .map(([reason, members]): Group => {
      const rank = Math.min(...members.map(rankOf));
      const spare = rank === 3 && isOnlySpare(members, reading, text);
      const severity = rank === 0 ? 'error' : spare ? 'info' : 'warning';
      return { reason, severity, rank, suites: members };
    })
    .sort((a, b) => a.rank - b.rank);
}

/** Names for suites without encryption or authentication: whoever writes one wants them. */
const ASKS_FOR_NOTHING = /^(aNULL|eNULL|NULL|ADH|AECDH|COMPLEMENTOFALL)$|^(ADH|AECDH)-|NULL-(SHA|MD5)/;

/** What the string asks for by name, and only the security level keeps closed. */
function keptClosed(readings: readonly Reading[], text: string): Group[] {
  const suites = common(
    readings.map(({ closed }) => closed),
    ({ name }) => name,
  );
  const [reading] = readings;
  if (reading === undefined) return [];
  const asked = suites.filter((suite) => {
    const step = bringerOf(suite, reading);
    return step !== undefined && ASKS_FOR_NOTHING.test(text.slice(step.span.start, step.span.end));
  });
  return groupsOf(asked, reading, text).map((group) => ({ ...group, severity: 'warning' }));
}

/** The one rule of the string that is to blame, otherwise the whole value. */
function placeOf(group: Group, reading: Reading, value: WrittenValue): { readonly at: Step | undefined } {
  const steps = new Set(group.suites.map((suite) => bringerOf(suite, reading)));
  const [only] = steps;
  return { at: steps.size === 1 && value.text !== '' ? only : undefined };
}

function offersFor(endpoint: TlsEndpoint, value: WrittenValue, readings: readonly Reading[]): Offer[] {
  // Mozilla's suites are those of TLS 1.2: without it, nothing would be left.
  const { listed } = endpoint;
  const lists = (one: TlsVersion) => listed.some(({ version }) => version === one);
  if (listed.length > 0 && !lists('TLSv1.2')) return [];
  // OpenSSL drops every handshake where the newest version before a gap is left without a suite (tls_setup_handshake).
  if (lists('TLSv1') && !lists('TLSv1.1')) return [];
  const libraries = readings.map(({ library }) => library);
  return [offerPolicy(value, libraries, readings[0]?.evaluation.level)];
}

function check(endpoint: TlsEndpoint, value: WrittenValue, { model, report }: RuleContext): void {
  const readings = readingsOf(endpoint.ciphers, model.target);
  const [reading] = readings;
  if (reading === undefined) return;
  const { text } = value;
  const open = common(
    readings.map((one) => one.open),
    ({ name }) => name,
  );
  const opened = groupsOf(open, reading, text);
  const groups = opened.length > 0 ? opened : keptClosed(readings, text);
  const [worst] = groups;
  if (worst === undefined) return;
  const { at } = placeOf(worst, reading, value);
  const token = at === undefined ? undefined : text.slice(at.span.start, at.span.end);
  const told = groups
    .slice(0, 2)
    .map(({ suites, reason }) => `${someOf(suites.map(({ name }) => name))} (${reason})`)
    .join(', and ');
  const alone = token === undefined || (worst.suites.length === 1 && worst.suites[0]?.name === token);
  const by = alone ? '' : `. \`${token}\` brings ${worst.suites.length === 1 ? 'it' : 'them'} in`;
  const closed = opened.length > 0 ? '' : ', which only the security level keeps closed';
  const verb = opened.length > 0 ? 'enables' : 'asks for';
  const library = model.target.has('openssl') ? ` with ${libraryWord(model.target)}` : '';
  report({
    severity: worst.severity,
    at: at === undefined ? value.place : value.part(at.span.start, at.span.end),
    message: `\`${value.setting}\`${library} ${verb} ${told}${closed}${by}`,
    offers: offersFor(endpoint, value, readings),
  });
}

/** Suites that are named one by one, once for each list. */
function checkNamed({ model, report }: RuleContext): void {
  const all = suitesNamedBy(endpointsOf(model));
  const weak = all.filter(({ weakness, refused }) => weakness !== undefined && refused === undefined);
  for (const group of byList(weak)) {
    const [first, ...more] = group;
    const reasons = new Set(group.map(({ weakness }) => weakness));
    const told = [...reasons].map((reason) => {
      const names = group.filter(({ weakness }) => weakness === reason).map(({ name }) => name);
      return `${someOf(names)} (${reason})`;
    });
    report({
      at: more.length === 0 ? first.place : first.list.place,
      message: `\`${first.list.setting}\` enables ${told.join(', and ')}`,
      offers: [
        {
          title: more.length === 0 ? `Take \`${first.name}\` out` : 'Take the weak suites out',
          safety: 'behaviour',
          remedy: { kind: 'edit', edits: () => first.list.remove(group) },
        },
      ],
    });
  }
}

export const rule: Rule = {
  id: 'tls-weak-cipher',
  severity: 'warning',
  since: '0.1.0',
  summary: 'A cipher string enables suites that are broken or weak',
  sources: [
    'https://docs.openssl.org/3.0/man1/openssl-ciphers/',
    'https://wiki.mozilla.org/Security/Server_Side_TLS',
    'https://www.rfc-editor.org/rfc/rfc9325',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_ciphers',
    'https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslciphersuite',
    'https://caddyserver.com/docs/caddyfile/directives/tls#ciphers',
    'https://www.stunnel.org/static/stunnel.html',
  ],
  check(context) {
    checkNamed(context);
    for (const [endpoint, value] of oncePerValue(endpointsOf(context.model), usedList)) check(endpoint, value, context);
  },
};
