/** Owns what OpenSSL's extension files leave out of certificates: names that are missing, replaced or of the wrong type. */
import { ipBytes } from '../../certificates/ip.ts';
import type { ExtensionSection, WrittenName } from '../../model/issuing.ts';
import type { Offer, RuleContext } from '../rule.ts';
import { isForServers, sectionWord } from '../sections.ts';

export function checkSections(context: RuleContext): void {
  for (const section of context.model.extensions ?? []) {
    if (!section.names.known) continue;
    const names = section.names.value;
    if (names === undefined) reportNameless(context, section);
    else {
      const counted = names.filter(({ replacedBy }) => replacedBy === undefined);
      const isIn = new Set(counted.map(({ type, value }) => `${type}:${value}`));
      for (const name of names) {
        if (name.replacedBy !== undefined && !isIn.has(`${name.type}:${name.value}`)) reportReplaced(context, name);
      }
      reportAddresses(context, counted);
    }
  }
}

function reportNameless(context: RuleContext, section: ExtensionSection): void {
  if (section.copiesRequest || !isForServers(section)) return;
  context.report({
    severity: 'warning',
    at: section.place,
    message: `${sectionWord(section)} makes certificates for servers and has no \`subjectAltName\`: unless it comes from elsewhere (\`-addext\`, \`-copy_extensions\`), browsers, Apple's systems and Go refuse them for every name`,
  });
}

/** The same key twice: OpenSSL keeps the last line (NCONF_get_section), and says nothing. */
function reportReplaced(context: RuleContext, { type, value, place, replacedBy }: WrittenName): void {
  const isLine = type === 'subjectAltName';
  const what = isLine ? 'This `subjectAltName`' : `The name \`${value}\``;
  context.report({
    severity: 'warning',
    at: place,
    message: `${what} does not get into the certificate: a later line has the same key, and OpenSSL takes only the last one${isLine ? '' : '; number them (`DNS.1`, `DNS.2`)'}`,
    related: replacedBy === undefined ? [] : [{ place: replacedBy, message: 'this line counts' }],
  });
}

/** An address as a host name is compared with nothing. Beside it as an address it helps old programs, and does no harm. */
function reportAddresses(context: RuleContext, names: readonly WrittenName[]): void {
  const addresses = new Set(names.flatMap(({ type, value }) => (type === 'IP' ? [String(ipBytes(value))] : [])));
  for (const { type, value, place } of names) {
    const bytes = type === 'DNS' ? ipBytes(value) : undefined;
    if (bytes === undefined || addresses.has(String(bytes))) continue;
    context.report({
      severity: 'warning',
      at: place,
      message: `\`${value}\` is an address, and \`DNS\` makes a host name of it: browsers and most other clients compare addresses with \`IP\` entries only, so they refuse \`https://${value.includes(':') ? `[${value}]` : value}/\``,
      offers: offersFor(context, place, names),
    });
  }
}

/** `DNS.3` becomes an `IP` with a number that is free. */
function offersFor({ project }: RuleContext, place: WrittenName['place'], names: readonly WrittenName[]): Offer[] {
  const text = project.files.find(({ id }) => id === place.file)?.text ?? '';
  const key = /^DNS(\.\S+)?(?=\s*=)/.exec(text.slice(place.span.start, place.span.end));
  if (key === null) return [];
  const taken = new Set(names.map((one) => /^[^\s=]+/.exec(text.slice(one.place.span.start, one.place.span.end))?.[0]));
  let number = 1;
  while (taken.has(`IP.${number}`)) number++;
  const span = { start: place.span.start, end: place.span.start + key[0].length };
  const edits = () => [{ file: place.file, edits: [{ span, newText: `IP.${number}` }] }];
  return [{ title: `Write it as IP.${number}`, safety: 'safe', remedy: { kind: 'edit', edits } }];
}
