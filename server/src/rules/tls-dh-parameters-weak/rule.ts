/** Owns tls-dh-parameters-weak: Diffie-Hellman parameters that are too small or broken, and DHE suites that have none. */
import { type DhFault, dhFault } from '../../certificates/dh-faults.ts';
import type { OtherItem, PemFile } from '../../certificates/file.ts';
import type { DhParameters } from '../../certificates/parameters.ts';
import { evaluate } from '../../ciphers/evaluate.ts';
import { defaultLevel } from '../../ciphers/levels.ts';
import type { Library } from '../../ciphers/libraries.ts';
import type { CipherSettings, WrittenValue } from '../../model/cipher-settings.ts';
import type { DhSource, MadeParameters } from '../../model/dh.ts';
import { endpointsOf, type FileUse, type TlsEndpoint } from '../../model/model.ts';
import type { Place } from '../../model/origin.ts';
import { type FileEdits, joined } from '../../model/remedy.ts';
import type { Target } from '../../model/target.ts';
import { without } from '../cipher-edits.ts';
import type { Offer, Rule, RuleContext } from '../rule.ts';
import { blockPlace, grouped, placeKey } from '../subjects.ts';
import { librariesOf, readingsOf, someOf, usedList } from '../tls-library.ts';

const LEAST_BITS = 2048;

/** Bits that a security level asks of the modulus; even level 0 takes none below 1024 (ssl_security_default_callback). */
const BITS_AT = [1024, 1024, 2048, 3072, 7680, 15_360];

/** A server with what is known of its parameters. */
interface Server {
  readonly endpoint: TlsEndpoint;
  readonly source: DhSource;
}

/** Parameters that a server is told to use, at the place that says so. */
interface Found extends Server {
  readonly place: Place;
  readonly told: FileUse | MadeParameters;
}

/** Whether clients can get DHE from an endpoint that has parameters, as far as is known. */
function offersDhe({ versions, ciphers }: TlsEndpoint, { model }: RuleContext): boolean {
  if (!ciphers.list.known || (versions.known && versions.value.every((version) => version === 'TLSv1.3'))) return false;
  // The product's own list has them.
  return ciphers.list.value === undefined || isOpen('DHE', ciphers, model.target);
}

function isOpen(keyExchange: string, ciphers: CipherSettings, target: Target): boolean {
  return readingsOf(ciphers, target).some(({ open }) => open.some((suite) => suite.keyExchange === keyExchange));
}

const isDhe = ({ keyExchange }: { readonly keyExchange: string }): boolean => keyExchange === 'DHE';

type Refusal = 'yes' | 'maybe' | 'no';

/** Whether OpenSSL refuses parameters of this size; `maybe` where builds differ. */
function refusal(bits: number, { endpoint, source }: Server, target: Target): Refusal {
  const { list, level } = endpoint.ciphers;
  const isRefusedAt = (at: number): boolean => bits < (BITS_AT[at] ?? 0);
  if (isRefusedAt(0)) return 'yes';
  // A product that goes on without DHE hands its parameters over before the cipher string.
  const text = list.known && source.refused === 'start' ? list.value?.text : undefined;
  const written =
    (text === undefined ? undefined : evaluate(text, '3.0').level) ?? (level.known ? level.value : undefined);
  if (written !== undefined) return isRefusedAt(written) ? 'yes' : 'no';
  const libraries = librariesOf(target);
  const refuse = libraries.length > 0 && libraries.every((library) => isRefusedAt(defaultLevel(library).upstream));
  if (refuse && list.known) return 'yes';
  return isRefusedAt(2) ? 'maybe' : 'no';
}

function worst(all: readonly Refusal[]): Refusal {
  return (['yes', 'maybe'] as const).find((one) => all.includes(one)) ?? 'no';
}

/** What becomes of a server whose parameters are refused. */
const FAILURES = {
  start: 'the server does not start',
  dhe: 'the server starts without DHE',
  either: 'servers that use them do not start, or start without DHE',
} as const;

function messageFor(
  { bits, fault }: { readonly bits: number; readonly fault: DhFault | undefined },
  name: string,
  refused: Refusal,
  failure: keyof typeof FAILURES,
): string {
  const fails = FAILURES[failure];
  if (refused === 'yes')
    return `${fails.charAt(0).toUpperCase()}${fails.slice(1)}: ${name} has ${bits} bits, which OpenSSL refuses at its security level (\`dh key too small\`)`;
  if (fault === 'composite')
    return `The modulus in ${name} is not a prime, so whoever knows its factors can read what DHE suites encrypt`;
  if (fault === 'few-secrets')
    return `The generator in ${name} leads to so few secrets that whoever listens can find the right one by trying`;
  const start =
    refused === 'maybe'
      ? `; OpenSSL 3.2 and newer, and that of Debian and Ubuntu before, refuse it, so that ${fails} there`
      : '';
  return `${name} has ${bits} bits, and ${LEAST_BITS} is the least that holds: the work against one such group pays for all who use it${start}`;
}

/** The first block of parameters in a file, as PEM_read_bio_DHparams finds it. */
function firstParameters({ items }: PemFile): { block: OtherItem; parameters: DhParameters } | undefined {
  for (const block of items)
    if (block.kind === 'parameters' && block.parameters.kind === 'dh') return { block, parameters: block.parameters };
  return undefined;
}

/** Takes the parameters out, and the suites that had nothing else, so that nothing is left that never counts. */
function withoutDhe(
  source: DhSource,
  group: readonly Found[],
  { model }: RuleContext,
): readonly FileEdits[] | undefined {
  const removed = source.remove();
  const lists = new Map<string, WrittenValue>();
  for (const { endpoint } of group) {
    const value = usedList(endpoint);
    if (value !== undefined) lists.set(placeKey(value.place), value);
  }
  const libraries = librariesOf(model.target);
  const shorter = [...lists.values()].map((value) => {
    const text = withoutNamed(value, libraries);
    return (text === undefined ? undefined : value.write(text)) ?? [];
  });
  return removed === undefined ? undefined : joined([removed, ...shorter]);
}

interface Read {
  readonly bits: number;
  readonly fault: DhFault | undefined;
  /** As it is written. */
  readonly name: string;
  readonly block: Place | undefined;
}

/** The parameters; undefined where their file has none that can be read. */
function read(told: Found['told'], { certificates, project }: RuleContext): Read | undefined {
  if ('bits' in told) return { bits: told.bits, fault: undefined, name: `\`${told.written}\``, block: undefined };
  const { file, written } = told;
  const stored = file.known ? certificates.read(file.value, project.dependencies) : undefined;
  const loaded = stored?.ok === true ? firstParameters(stored.pem) : undefined;
  if (loaded === undefined || !file.known) return undefined;
  const { block, parameters } = loaded;
  const name = stored?.ok === true && stored.pem.leaf !== undefined ? `the group in \`${written}\`` : `\`${written}\``;
  return { bits: parameters.bits, fault: dhFault(parameters), name, block: blockPlace(file.value, block) };
}

/** One finding for each line that names parameters. */
function judgeTold(found: readonly Found[], context: RuleContext): void {
  for (const group of grouped(found, ({ place }) => placeKey(place))) {
    const [{ source, told, place }] = group;
    const parameters = read(told, context);
    if (parameters === undefined) continue;
    const refused = worst(group.map((one) => refusal(parameters.bits, one, context.model.target)));
    const isWeak = parameters.bits < LEAST_BITS || parameters.fault !== undefined;
    const isWanted = group.some(({ endpoint }) => offersDhe(endpoint, context));
    if (!(isWeak && isWanted) && !(refused === 'yes' && source.refused === 'start')) continue;
    context.report({
      at: place,
      message: messageFor(parameters, parameters.name, refused, source.refused),
      related: parameters.block === undefined ? [] : [{ place: parameters.block, message: 'the parameters' }],
      offers: [
        {
          title:
            source.withoutFile === 'own'
              ? `${source.removal}, so that the server takes a group that fits its key`
              : `${source.removal}, and with it DHE: clients without ECDHE cannot connect any more`,
          safety: 'behaviour',
          remedy: {
            kind: 'edit',
            edits: () => (source.withoutFile === 'own' ? source.remove() : withoutDhe(source, group, context)),
          },
        },
      ],
    });
  }
}

/** A file by itself: whoever uses it, this is what is wrong with it. */
function judgeOwnFile({ certificates, model, project, report }: RuleContext): void {
  const stored = certificates.read(model.root, project.dependencies);
  if (!stored.ok) return;
  for (const block of stored.pem.items) {
    if (block.kind !== 'parameters' || block.parameters.kind !== 'dh') continue;
    const { parameters } = block;
    if (parameters.bits >= LEAST_BITS && dhFault(parameters) === undefined) continue;
    const refused = parameters.bits < (BITS_AT[0] ?? 0) ? 'yes' : 'maybe';
    const message = messageFor({ bits: parameters.bits, fault: dhFault(parameters) }, 'this group', refused, 'either');
    report({ at: blockPlace(model.root, block), message: message.charAt(0).toUpperCase() + message.slice(1) });
  }
}

/** Parts of a cipher string that ask for DHE by its name. */
const NAMED = /(?:^|(?<=[:,; ]))\+?(?:(?:DHE|EDH)-[\w-]+|(?:[\w]+\+)*k?(?:DHE|EDH)(?:\+\w+)*)(?=$|[:,; ])/g;

/** Suites that are asked for by name, and that a server without parameters never has. */
function judgeSuites(servers: readonly Server[], listed: readonly TlsEndpoint[], context: RuleContext): void {
  const lacking = new Map(servers.map((server) => [server.endpoint, server]));
  const used = listed.flatMap((endpoint) => {
    const value = usedList(endpoint);
    return value === undefined ? [] : [{ endpoint, value }];
  });
  for (const group of grouped(used, ({ value }) => placeKey(value.place))) {
    const [{ value, endpoint }] = group;
    const setting = lacking.get(endpoint)?.source.setting;
    if (setting === undefined || !group.every((one) => lacking.has(one.endpoint))) continue;
    const words = namedIn(value);
    const [first] = words;
    if (first === undefined || !offersDhe(endpoint, context)) continue;
    const instead = isOpen('ECDHE', endpoint.ciphers, context.model.target)
      ? '. ECDHE takes its place with all but very old clients'
      : '';
    context.report({
      severity: 'info',
      at: value.part(first.span.start, first.span.end),
      message: `${someOf(words.map(({ text }) => text))} ${words.length === 1 ? 'is' : 'are'} never used: without \`${setting}\` the server has no parameters for DHE${instead}`,
      offers: offersFor(value, librariesOf(context.model.target)),
    });
  }
}

function namedIn({ text }: WrittenValue) {
  return [...text.matchAll(NAMED)].map(({ 0: word, index }) => ({
    text: word,
    span: { start: index, end: index + word.length },
  }));
}

/** The string without these words, where just the DHE suites go with them; undefined where others would, or none is left. */
function withoutNamed(value: WrittenValue, libraries: readonly Library[]): string | undefined {
  const words = namedIn(value);
  const text = without(
    value.text,
    words.map(({ span }) => span),
  );
  const others = (from: string, library: Library) =>
    evaluate(from, library)
      .suites.filter((suite) => !isDhe(suite))
      .map(({ name }) => name)
      .join();
  const same = libraries.every((library) => others(text, library) === others(value.text, library));
  return words.length > 0 && same && text !== '' ? text : undefined;
}

function offersFor(value: WrittenValue, libraries: readonly Library[]): readonly Offer[] {
  const text = withoutNamed(value, libraries);
  if (text === undefined) return [];
  return [
    {
      title: 'Remove them, which changes nothing on the wire',
      safety: 'safe',
      remedy: { kind: 'edit', edits: () => value.write(text) },
    },
  ];
}

export const rule: Rule = {
  id: 'tls-dh-parameters-weak',
  severity: 'warning',
  since: '0.1.0',
  summary: 'Diffie-Hellman parameters are too small or broken, or DHE suites have none',
  sources: [
    'https://www.rfc-editor.org/rfc/rfc9325#section-4.4',
    'https://weakdh.org/',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_dhparam',
    'https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslopensslconfcmd',
    'https://docs.openssl.org/3.0/man3/SSL_CTX_set_security_level/',
  ],
  check(context) {
    if (context.model.language === 'pem') {
      judgeOwnFile(context);
      return;
    }
    const endpoints = endpointsOf(context.model).filter(({ side }) => side === 'server');
    const servers = endpoints.flatMap((endpoint): Server[] => {
      const { dh } = endpoint;
      return dh?.known === true ? [{ endpoint, source: dh.value }] : [];
    });
    const found = servers.flatMap((server): Found[] => {
      const { file, made } = server.source;
      const told = file ?? made;
      return told === undefined ? [] : [{ ...server, told, place: told.place }];
    });
    const lacking = servers.filter(
      ({ source }) => source.file === undefined && source.made === undefined && source.withoutFile === 'none',
    );
    judgeTold(found, context);
    if (lacking.length > 0) judgeSuites(lacking, endpoints, context);
  },
};
