/** Owns mtls-public-ca-client: client certificates of a public authority that issues none for clients any more. */
import type { Certificate } from '../../certificates/certificate.ts';
import { publicIssuerOf, publicRootOf } from '../../certificates/public.ts';
import { type Authority, type ClientAuthorities, clientAuthorities, nameOf } from '../client-authorities.ts';
import type { Rule, RuleContext } from '../rule.ts';
import { blockPlace } from '../subjects.ts';

/** A public authority that has given up certificates for clients. */
interface Quitter {
  readonly name: string;
  /** Its roots, by their subjects. */
  readonly roots: RegExp;
  /** From when on what is issued by default is not for clients. */
  readonly byDefault: number;
  /** From when on nothing is. */
  readonly altogether: number;
}

/** Only what an authority has announced itself, and done. */
const QUITTERS: readonly Quitter[] = [
  {
    name: "Let's Encrypt",
    roots: /\bO=(?:Internet Security Research Group|ISRG)\b/,
    byDefault: Date.UTC(2026, 1, 11),
    altogether: Date.UTC(2026, 6, 8),
  },
];

/** Longer lists come with operating systems, and are not made for one authority. */
const MOST_NAMED = 20;

function quitterOf(certificate: Certificate): Quitter | undefined {
  const root = publicRootOf(certificate) ?? publicIssuerOf(certificate);
  return root === undefined ? undefined : QUITTERS.find(({ roots }) => roots.test(root.name));
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function judge({ named, asked }: ClientAuthorities, { now, changesAt, report }: RuleContext): void {
  if (named.length > MOST_NAMED) return;
  const found = named.flatMap((authority): [Authority, Quitter][] => {
    const quitter = quitterOf(authority.item.certificate);
    return quitter === undefined ? [] : [[authority, quitter]];
  });
  const [first] = found;
  if (first === undefined) return;
  const [{ item, use, file }, { name, byDefault, altogether }] = first;
  changesAt(byDefault);
  changesAt(altogether);
  if (now < byDefault) return;
  const since =
    now < altogether
      ? `since ${day(byDefault)}, ${name} issues them only to those who ask for a profile of its own, which ends on ${day(altogether)}`
      : `since ${day(altogether)}, ${name} issues none that is for clients (\`clientAuth\`)`;
  const who = found.length === named.length ? 'No client' : `No client of ${name}`;
  report({
    severity: asked.demand === 'required' ? 'warning' : 'info',
    at: use.place,
    message: `${who} will get in once its certificate has been renewed: \`${use.written}\` has the public authority \`${nameOf(item.certificate)}\`, and ${since}; OpenSSL says "unsuitable certificate purpose". A private authority for clients lets in only those whom it has issued a certificate to`,
    related: [{ place: blockPlace(file, item), message: 'the public authority' }],
  });
}

export const rule: Rule = {
  id: 'mtls-public-ca-client',
  severity: 'warning',
  since: '0.1.0',
  summary: 'Clients are verified with a public authority that issues no certificates for clients any more',
  sources: [
    'https://letsencrypt.org/2025/05/14/ending-tls-client-authentication',
    'https://letsencrypt.org/docs/profiles/',
    'https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12',
  ],
  check(context) {
    for (const authorities of clientAuthorities(context)) judge(authorities, context);
  },
};
