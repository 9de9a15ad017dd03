/** Owns crl-expired: revocation lists because of which clients with good certificates are refused. */
import type { Certificate } from '../../certificates/certificate.ts';
import type { PemFile } from '../../certificates/file.ts';
import { nameKey } from '../../certificates/name-key.ts';
import type { RevocationList } from '../../certificates/revocation-list.ts';
import { endpointsOf, type FileUse } from '../../model/model.ts';
import type { Place } from '../../model/origin.ts';
import { holdsFor } from '../../model/product.ts';
import type { RevocationCheck } from '../../model/revocation.ts';
import { day, fileWord, list, presenters } from '../certificate-words.ts';
import type { Rule, RuleContext, Severity } from '../rule.ts';
import { blockPlace, grouped, placeKey } from '../subjects.ts';

const DAY = 86_400_000;

interface Held {
  readonly list: RevocationList;
  readonly block: Place;
}

interface Fault {
  readonly severity: Severity;
  readonly message: string;
  readonly block: Place | undefined;
}

interface NamedList {
  readonly use: FileUse;
  readonly check: RevocationCheck;
  readonly label: string;
}

function listsIn(file: string, pem: PemFile): Held[] {
  return pem.items.flatMap((item) =>
    item.kind === 'revocation-list' ? [{ list: item.list, block: blockPlace(file, item) }] : [],
  );
}

function nameOf({ commonNames, text }: Certificate['subject']): string {
  const name = commonNames.at(-1) ?? text;
  return name === '' ? 'an authority without a name' : list([name]);
}

function ago(days: number): string {
  return days === 0 ? 'less than a day ago' : days === 1 ? 'a day ago' : `${days} days ago`;
}

/** What is wrong with the time of a list, from its subject on. */
function timeFault({ thisUpdate, nextUpdate }: RevocationList, context: RuleContext): string | undefined {
  const { now, changesAt } = context;
  if (thisUpdate !== undefined && thisUpdate > now) {
    changesAt(thisUpdate);
    return `is not valid before ${day(thisUpdate)}`;
  }
  if (nextUpdate === undefined) return undefined;
  const isOver = nextUpdate < now;
  const days = Math.floor((now - nextUpdate) / DAY);
  changesAt(isOver ? nextUpdate + (days + 1) * DAY : nextUpdate + 1);
  return isOver ? `expired on ${day(nextUpdate)}, ${ago(days)}` : undefined;
}

/** OpenSSL's words for it, as they stand in the server's log. */
function wordsFor({ thisUpdate }: RevocationList, now: number): string {
  return thisUpdate !== undefined && thisUpdate > now ? 'CRL is not yet valid' : 'CRL has expired';
}

/** What follows where a file that should have lists has none. */
function withoutList({ model: { product, target } }: RuleContext): string {
  const { name, listsNeeded } = product;
  const refused = 'every client is refused ("unable to get certificate CRL")';
  const needed = holdsFor(listsNeeded, target);
  if (needed === undefined && typeof listsNeeded !== 'boolean')
    return `${name} does not start with it since ${listsNeeded.since} ("no start line"), and before that ${refused}`;
  return needed === true ? `${name} does not start ("no start line")` : refused;
}

/** The authorities of clients; undefined where one of their files cannot be read. */
function authoritiesOf({ authorities }: RevocationCheck, context: RuleContext): Certificate[] | undefined {
  if (!authorities.known) return undefined;
  const out: Certificate[] = [];
  for (const { file } of authorities.value) {
    const stored = file.known ? context.certificates.read(file.value, context.project.dependencies) : undefined;
    if (stored?.ok !== true || stored.pem.items.some(({ kind }) => kind === 'damaged')) return undefined;
    for (const item of stored.pem.items) if (item.kind === 'certificate') out.push(item.certificate);
  }
  return out.filter(({ isCA }) => isCA);
}

function faultsOf({ use, check }: NamedList, context: RuleContext): Fault[] {
  if (!use.file.known) return [];
  const stored = context.certificates.read(use.file.value, context.project.dependencies);
  if (!stored.ok || stored.pem.items.some(({ kind }) => kind === 'damaged')) return [];
  const held = listsIn(use.file.value, stored.pem);
  if (held.length === 0) {
    const { leaf } = stored.pem;
    if (leaf === undefined || check.lists.length > 1) return [];
    const message = `${fileWord(use)} holds a certificate, and no revocation list, so ${withoutList(context)}`;
    return [{ severity: 'error', message, block: blockPlace(use.file.value, leaf) }];
  }
  const late = held.flatMap(({ list: one, block }): Fault[] => {
    const fault = timeFault(one, context);
    const words = wordsFor(one, context.now);
    const message = `The revocation list of ${nameOf(one.issuer)} in ${fileWord(use)} ${fault}, so all clients of that authority are refused ("${words}")`;
    return fault === undefined ? [] : [{ severity: 'error', message, block }];
  });
  if (late.length > 0 || check.lists.length > 1) return late;
  const issuers = new Set(held.map((one) => nameKey(one.list.issuer)));
  const authorities = authoritiesOf(check, context) ?? [];
  const missing = authorities.filter(({ subject }) => !issuers.has(nameKey(subject)));
  const [first] = missing;
  if (first === undefined) return [];
  const names = [...new Set(missing.map(({ subject }) => subject.commonNames.at(-1) ?? subject.text))];
  const severity = missing.length === authorities.length ? 'error' : 'warning';
  const message = `${fileWord(use)} has no revocation list of ${list(names)}, so all clients of ${names.length === 1 ? 'that authority' : 'these authorities'} are refused ("unable to get certificate CRL")`;
  return [{ severity, message, block: undefined }];
}

function checkConfiguration(context: RuleContext): void {
  const named = endpointsOf(context.model).flatMap((endpoint): NamedList[] => {
    const { revocation, label } = endpoint;
    return (revocation?.lists ?? []).map((use) => ({ use, check: revocation as RevocationCheck, label }));
  });
  for (const group of grouped(named, ({ use }) => placeKey(use.place))) {
    const [first] = group;
    const [fault, ...more] = faultsOf(first, context);
    if (fault === undefined) continue;
    const others = more.length === 0 ? '' : `; so it is with ${more.length} more in this file`;
    context.report({
      severity: fault.severity,
      at: first.use.place,
      message: `${fault.message}${others}; used by ${presenters(group.map(({ label }) => label))}`,
      related: [fault, ...more].flatMap(({ block }) =>
        block === undefined ? [] : [{ place: block, message: 'what the file holds' }],
      ),
    });
  }
}

/** A file by itself: nobody may use it any more, unless a configuration names it. */
function checkFile(context: RuleContext): void {
  const { model, certificates, project, purposes } = context;
  const stored = certificates.read(model.root, project.dependencies);
  if (!stored.ok) return;
  for (const { list: one, block } of listsIn(model.root, stored.pem)) {
    const fault = timeFault(one, context);
    if (fault === undefined) continue;
    context.report({
      severity: purposes.has('revocations') ? 'error' : 'warning',
      at: block,
      message: `The revocation list of ${nameOf(one.issuer)} ${fault}: a server that looks into it refuses all clients of that authority`,
    });
  }
}

export const rule: Rule = {
  id: 'crl-expired',
  severity: 'error',
  since: '0.1.0',
  summary: 'Clients with good certificates are refused because of a revocation list that is out of date or missing',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_crl',
    'https://docs.haproxy.org/3.2/configuration.html#5.1-crl-file',
    'https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslcarevocationcheck',
    'https://www.rfc-editor.org/rfc/rfc5280#section-5.1.2.5',
    'https://www.stunnel.org/static/stunnel.html',
  ],
  check(context) {
    if (context.model.language === 'pem') checkFile(context);
    else checkConfiguration(context);
  },
};
