/** Owns what a `bind` line asks of its clients (`verify`, `ca-file`), and who gets in without a verified certificate. */
import { BIND_VALUES, MANUAL } from '../../../facts/haproxy.ts';
import type {
  CertificateDemand,
  ClientCertificates,
  ClientTrust,
  UncheckedWay,
} from '../../../model/client-certificates.ts';
import { type Fact, known, type Origin, type Place, unknown } from '../../../model/origin.ts';
import type { PathContext } from '../paths.ts';
import { type ProxySection, placeOf, titleOf } from '../proxies.ts';
import { askForCertificates, requireCertificates } from '../realize/client-certificates.ts';
import { addRules, REDIRECT_TO_TLS } from '../realize/rules.ts';
import { alwaysIn, type Parameter, parametersOf, statementsOf } from '../syntax/query.ts';
import type { Statement, Whole } from '../syntax/tree.ts';
import { filesOf } from './certificates.ts';
import { asksForClients, listOf } from './crt-lists.ts';
import { type Look, type Looks, looksBehind, looksOf, tellsPresence, tellsVerified } from './identity.ts';
import { isLocalBind } from './listeners.ts';
import { mayEnd, rejectsConnections, requestRules } from './requests.ts';
import { isHttp } from './upgrade.ts';

const NOT_SET: Origin = { kind: 'default', versions: 'every version', source: `${MANUAL}#5.1-verify` };

/** What the lowering needs of the surroundings. */
export interface Surroundings {
  /** By name, those that frontends of the file can hand requests to. */
  readonly backends: ReadonlyMap<string, ProxySection>;
  readonly context: PathContext;
  /** Whether all back ends of this frontend are in the file. */
  readonly allSeen: boolean;
}

interface Asking {
  readonly proxy: ProxySection;
  /** The line with the settings: a `bind` line, or one of a `crt-list`. */
  readonly bind: Statement;
  readonly parameters: readonly Parameter[];
  readonly verify: Parameter;
  readonly required: boolean;
  /** The `bind` line. */
  readonly listener: Statement;
  /** The parameter that lets foreign certificates through. */
  readonly ignores: Parameter | undefined;
}

export const last = (parameters: readonly Parameter[], name: string): Parameter | undefined =>
  parameters.findLast((parameter) => parameter.name.value === name);

const wordsOf = ({ name, value }: Parameter): string =>
  value === undefined ? name.value : `${name.value} ${value.value}`;

function placeOfParameter(bind: Statement, { name, value }: Parameter): Place {
  return placeOf(bind, { start: name.span.start, end: (value ?? name).span.end });
}

export function clientCertificatesOf(
  proxy: ProxySection,
  bind: Statement,
  surroundings: Surroundings,
): Fact<ClientCertificates> {
  const parameters = parametersOf(bind.words, 2, BIND_VALUES);
  if (parameters.some(({ name, value }) => name.variable || (name.value === 'verify' && value?.variable === true)))
    return unknown('the environment decides a part of this line');
  const lists = filesOf(bind, surroundings.context).filter(({ setting }) => setting === 'crt-list');
  const read = lists.map((list) => listOf(list, surroundings.context));
  if (read.includes(undefined)) return unknown('`crt-list` may ask for each certificate');
  const verify = last(parameters, 'verify');
  if (verify === undefined) {
    const isListed = read.some((list) => list?.entries.some(asksForClients));
    return notAsked(proxy, bind, isListed ? [] : parameters, surroundings);
  }
  return demandOf({ proxy, bind, parameters, verify, listener: bind }, surroundings);
}

/** What a line with `verify` asks for. */
export function demandOf(
  line: Pick<Asking, 'proxy' | 'bind' | 'parameters' | 'verify' | 'listener'>,
  surroundings: Surroundings,
): Fact<ClientCertificates> {
  const { proxy, bind, parameters, verify, listener } = line;
  const asked = verify.value?.value;
  if (asked === 'none') return notAsked(proxy, bind, parameters, surroundings);
  if (asked !== 'optional' && asked !== 'required') return unknown('`verify` has a value that is not known');
  const some = ['crt-ignore-err', 'ca-ignore-err'].flatMap((name) => last(parameters, name) ?? []);
  const ignores = some.find(({ value }) => value?.value === 'all');
  if (ignores === undefined && some.length > 0) return unknown('some faults of certificates are ignored');
  const required = asked === 'required';
  const asking: Asking = { ...line, required, ignores };
  const demand: CertificateDemand = ignores !== undefined ? 'unverified' : required ? 'required' : 'optional';
  const place = placeOfParameter(bind, verify);
  const origin: Origin = { kind: 'written', place };
  return known(
    {
      demand,
      written: wordsOf(verify),
      place,
      ways: demand === 'required' ? plainWays(asking, origin, surroundings) : openWays(asking, origin, surroundings),
      lockout: known(undefined, origin),
      get trust() {
        return trustOf(listener, bind, surroundings.context, origin);
      },
    },
    origin,
  );
}

const AUTHORITIES = /^ca-(?:verify-)?file$/;

/** OpenSSL's own limit, as HAProxy sets none (X509_V_DEFAULT_DEPTH); a chain has to end at a root (seen with 2.6 and 3.2). */
const DEPTH = 100;

/** What certificates are verified with; authorities of the system are no file that is named. */
function trustOf(listener: Statement, line: Statement, context: PathContext, origin: Origin): Fact<ClientTrust> {
  // Of a list, the files are known only where the `bind` line has them.
  if (line !== listener && line.words.some(({ value }) => AUTHORITIES.test(value)))
    return unknown('this line of the `crt-list` has authorities of its own');
  const files = filesOf(listener, context).filter(({ setting }) => AUTHORITIES.test(setting));
  const named = listener.words.filter(({ value }, i) => i > 1 && AUTHORITIES.test(value)).length;
  if (files.length < named) return unknown('not all authorities are files');
  return known(
    {
      files,
      depth: DEPTH,
      depthWritten: `a depth of ${DEPTH}`,
      depthPlace: undefined,
      tooDeep: 'OpenSSL says `certificate chain too long`',
      setDepth: () => undefined,
    },
    origin,
  );
}

/** Authorities without `verify` verify nobody: no client is even asked (seen with 2.6 and 3.2). */
function notAsked(
  proxy: ProxySection,
  bind: Statement,
  parameters: readonly Parameter[],
  { backends }: Surroundings,
): Fact<ClientCertificates> {
  const place = placeOf(bind);
  const nobody = (ways: readonly UncheckedWay[]): Fact<ClientCertificates> =>
    known(
      { demand: 'none', written: 'no `verify`', place, ways: known(ways, NOT_SET), lockout: known(undefined, NOT_SET) },
      NOT_SET,
    );
  const authorities = last(parameters, 'ca-file');
  // Who writes `verify none` knows that it is off.
  if (authorities === undefined || last(parameters, 'verify') !== undefined) return nobody([]);
  const others = statementsOf(proxy.section, 'bind').some(
    (one) => one !== bind && one.words.some(({ value }) => value === 'verify'),
  );
  const tells = ({ samples }: Look) => samples.some((one) => one !== '*');
  const look = others ? undefined : (looksOf(proxy).all.find(tells) ?? looksBehind(backends).all.find(tells));
  const looked = look === undefined ? '' : ', whatever is looked at later';
  return nobody([
    {
      kind: look === undefined ? 'unasked' : 'everything',
      place: placeOfParameter(bind, authorities),
      message: `\`${wordsOf(authorities)}\` is for verifying client certificates, but without \`verify\` HAProxy asks no client for one${looked}`,
      related:
        look === undefined ? [] : [{ place: placeOf(look.statement), message: 'what a certificate says is used here' }],
      offers: [
        {
          title: 'Require a verified client certificate',
          safety: 'behaviour',
          remedy: { kind: 'edit', edits: () => askForCertificates(bind.source.file, authorities) },
        },
      ],
    },
  ]);
}

function openWays(
  asking: Asking,
  origin: Origin,
  { backends, allSeen, context }: Surroundings,
): Fact<readonly UncheckedWay[]> {
  const { proxy, required, ignores } = asking;
  if (proxy.unclear !== undefined) return unknown(proxy.unclear);
  const [own, behind] = [looksOf(proxy), looksBehind(backends)];
  const samples = [...own.samples, ...behind.samples];
  const presence = required || samples.some(tellsPresence);
  const verified = ignores === undefined || samples.some(tellsVerified);
  if (presence && verified) return known([], origin);
  if (!allSeen) return unknown('a back end in a file that is not seen may look at the result');
  const trap = presence || ignores !== undefined ? undefined : zeroTrap(own, behind);
  // Handed on, or kept in a variable: somebody else looks at it.
  if (samples.length > 0 && trap === undefined && !(behind.all.length === 0 && own.all.every(isRefusal)))
    return unknown('what becomes of the result is not known');
  return known([everything(asking, presence, trap, context.whole)], origin);
}

const isRefusal = ({ statement }: Look): boolean =>
  /^(?:http-request|tcp-request)$/.test(statement.words[0]?.value ?? '') &&
  statement.words.some(({ value }, i) => i > 0 && i < 3 && /^(?:deny|reject|tarpit|silent-drop)$/.test(value));

/** A refusal by `ssl_c_verify` alone, which is 0 without a certificate, too. */
function zeroTrap(own: Looks, behind: Looks): Look | undefined {
  return behind.all.length === 0 && own.all.every(isRefusal) ? own.all[0] : undefined;
}

function everything(asking: Asking, presence: boolean, trap: Look | undefined, whole: Whole): UncheckedWay {
  const { proxy, verify, ignores, parameters } = asking;
  const place = placeOfParameter(asking.bind, ignores ?? verify);
  const title = `\`${titleOf(proxy.section)}\``;
  const line = trap?.statement.words.map(({ value }) => value).join(' ');
  const who =
    ignores === undefined
      ? 'lets clients without a certificate in'
      : presence
        ? 'lets clients in with a certificate that nobody has signed'
        : 'lets clients in with no certificate, and with one that nobody has signed';
  const sample = ignores === undefined ? 'ssl_c_used' : 'ssl_c_verify';
  const why =
    line === undefined
      ? `nothing in ${title} or its back ends looks at \`${sample}\``
      : `\`${line}\` does not stop them: without a certificate \`ssl_c_verify\` is 0 as well`;
  const check = ['{ ssl_c_used }', ...(ignores === undefined ? [] : ['{ ssl_c_verify 0 }'])].join(' ');
  return {
    kind: presence ? 'foreign' : 'everything',
    place,
    message: `\`${wordsOf(ignores ?? verify)}\` ${who}, and ${why}`,
    related: trap === undefined ? [] : [{ place: placeOf(trap.statement), message: 'this looks at the result' }],
    offers: [
      {
        title: 'Require a verified client certificate',
        safety: 'behaviour',
        remedy: { kind: 'edit', edits: () => requireCertificates(asking.bind, parameters) },
      },
      // A rule would count for the other names of a list, too.
      ...(asking.bind === asking.listener && isHttp(proxy) === true && onlyTls(proxy)
        ? [
            {
              title: 'Answer 403 to clients without a verified certificate',
              safety: 'behaviour' as const,
              remedy: {
                kind: 'edit' as const,
                edits: () => addRules(proxy, whole, [`http-request deny unless ${check}`]),
              },
            },
          ]
        : []),
    ],
  };
}

/** Whether all listeners of a proxy speak TLS, so that nobody without it would be refused along with the others. */
export function onlyTls({ section }: ProxySection): boolean {
  return statementsOf(section, 'bind').every(
    (bind) => alwaysIn(section, bind) && bind.words.some(({ value }, i) => i > 1 && value === 'ssl'),
  );
}

/** `verify required` is a part of TLS: a listener without it is open, unless some rule turns these requests away. */
function plainWays(
  { proxy, bind, listener }: Asking,
  origin: Origin,
  { context }: Surroundings,
): Fact<readonly UncheckedWay[]> {
  if (isHttp(proxy) !== true || proxy.unclear !== undefined) return known([], origin);
  const plain = statementsOf(proxy.section, 'bind').find(
    (one) =>
      one !== listener &&
      alwaysIn(proxy.section, one) &&
      !one.words.some(({ value, variable }, i) => i > 1 && (value === 'ssl' || variable)) &&
      one.words[1]?.variable === false &&
      !isLocalBind(one),
  );
  if (plain === undefined || requestRules(proxy).some(mayEnd) || rejectsConnections(proxy)) return known([], origin);
  const address = `bind ${plain.words[1]?.value ?? ''}`;
  return known(
    [
      {
        kind: 'plain',
        place: placeOf(plain, {
          start: plain.words[0]?.span.start ?? plain.span.start,
          end: plain.words[1]?.span.end ?? plain.span.end,
        }),
        message: `\`verify required\` says nothing about plain HTTP, and \`${titleOf(proxy.section)}\` answers on \`${address}\` as well, without TLS`,
        related: [{ place: placeOf(bind), message: 'certificates are required here' }],
        offers: [
          {
            title: 'Redirect plain HTTP to HTTPS',
            safety: 'behaviour',
            remedy: { kind: 'edit', edits: () => addRules(proxy, context.whole, [REDIRECT_TO_TLS]) },
          },
        ],
      },
    ],
    origin,
  );
}
