/** Owns tls-group-unsupported: lists of groups that the TLS library refuses, so that the server does not start. */
import { type GroupProblem, groupProblems, groupSince } from '../../ciphers/groups.ts';
import type { Library } from '../../ciphers/libraries.ts';
import { MOZILLA_5_7 } from '../../ciphers/policies.ts';
import type { WrittenValue } from '../../model/cipher-settings.ts';
import { endpointsOf, type TlsEndpoint } from '../../model/model.ts';
import type { Target } from '../../model/target.ts';
import { nearest } from '../../text/nearest.ts';
import { without } from '../cipher-edits.ts';
import type { Offer, Rule } from '../rule.ts';
import { common, librariesOf, libraryWord, oncePerValue } from '../tls-library.ts';

const CURVES = MOZILLA_5_7.policies.intermediate.groups;

function groupsOf({ side, ciphers: { groups } }: TlsEndpoint): WrittenValue | undefined {
  return side === 'server' && groups.known ? groups.value : undefined;
}

function whyRefused({ kind, name }: GroupProblem, target: Target): string {
  const library = libraryWord(target);
  switch (kind) {
    case 'unknown': {
      const first = groupSince(name);
      if (first === undefined) {
        const meant = nearest(name, CURVES);
        return `no OpenSSL has a group \`${name}\`${meant === undefined ? '' : `; \`${meant}\` is one`}`;
      }
      return `\`${name}\` needs OpenSSL ${first}, and the target is ${library}`;
    }
    case 'syntax':
      return `${library} cannot read \`${name}\`: \`?\` before a name needs OpenSSL 3.3, other signs 3.5`;
    case 'twice':
      return `\`${name}\` is there twice, which ${library} refuses`;
    case 'empty':
      return 'there is nothing between two separators';
  }
}

function offersFor(value: WrittenValue, problems: readonly GroupProblem[], libraries: readonly Library[]): Offer[] {
  const spans = problems.map(({ span }) => span);
  const left = without(value.text, spans);
  const text = left === '' ? CURVES.join(':') : left;
  if (libraries.some((library) => groupProblems(text, library).length > 0)) return [];
  return [
    {
      title: left === '' ? "Write Mozilla's groups" : 'Keep only the groups that the library has',
      safety: 'behaviour',
      remedy: { kind: 'edit', edits: () => value.write(text) },
    },
  ];
}

export const rule: Rule = {
  id: 'tls-group-unsupported',
  severity: 'error',
  since: '0.1.0',
  summary: 'A list of groups has one that the TLS library refuses, so the server does not start',
  sources: [
    'https://docs.openssl.org/3.5/man3/SSL_CTX_set1_curves/',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_ecdh_curve',
    'https://docs.haproxy.org/3.2/configuration.html#5.1-curves',
  ],
  check({ model, report }) {
    const libraries = librariesOf(model.target);
    for (const [, value] of oncePerValue(endpointsOf(model), groupsOf)) {
      const problems = common(
        libraries.map((library) => groupProblems(value.text, library)),
        ({ span, kind }) => `${kind} ${span.start}`,
      );
      const [first] = problems;
      if (first === undefined) continue;
      const one = problems.length === 1 && first.span.end > first.span.start;
      report({
        at: one ? value.part(first.span.start, first.span.end) : value.place,
        message: `The server does not start, because OpenSSL refuses all of \`${value.setting}\`: ${whyRefused(first, model.target)}`,
        offers: offersFor(value, problems, libraries),
      });
    }
  },
};
