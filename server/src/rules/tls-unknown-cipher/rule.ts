/** Owns tls-unknown-cipher: names in a cipher string that the TLS library drops, and strings that it refuses. */
import type { Unknown } from '../../ciphers/evaluate.ts';
import { MOZILLA_6_0 } from '../../ciphers/policies.ts';
import { suitesOf } from '../../ciphers/suites.ts';
import { evaluateTls13 } from '../../ciphers/tls13.ts';
import { weaknessOf } from '../../ciphers/weakness.ts';
import type { WrittenValue } from '../../model/cipher-settings.ts';
import { endpointsOf, type TlsEndpoint } from '../../model/model.ts';
import { suitesNamedBy } from '../../model/named-suites.ts';
import type { Target } from '../../model/target.ts';
import { nearest } from '../../text/nearest.ts';
import { offerPolicy, without } from '../cipher-edits.ts';
import type { Offer, Report, Rule } from '../rule.ts';
import { common, librariesOf, libraryWord, oncePerValue, type Reading, readingsOf, someOf } from '../tls-library.ts';

/** Why a name means nothing, as the end of a sentence about it. */
function whyUnknown({ reason }: Unknown): string {
  switch (reason.kind) {
    case 'not-built':
      return 'usual builds leave it out';
    case 'other-release':
      return 'another release has it';
    case 'iana':
      return `it is the name of the standards, which OpenSSL takes from 3.2 on; its own is \`${reason.name}\``;
    case 'tls13':
      return 'it is a suite of TLS 1.3';
    case 'never':
      return 'no release has it';
  }
}

/** The whole rule of the string that an unknown name spoils: of `RC4+RSA` nothing is left. */
function spoiltBy(unknown: Unknown, { evaluation }: Reading) {
  const step = evaluation.steps.find(({ span }) => span.start <= unknown.span.start && unknown.span.end <= span.end);
  return step?.span ?? unknown.span;
}

function droppedOf(value: WrittenValue, readings: readonly Reading[], target: Target): Report | undefined {
  const [reading] = readings;
  if (reading === undefined) return undefined;
  const unknown = common(
    readings.map(({ evaluation }) =>
      evaluation.unknown.filter(({ operation, reason }) => operation === 'add' && reason.kind !== 'tls13'),
    ),
    ({ name }) => name,
  );
  const [first] = unknown;
  if (first === undefined) return undefined;
  const names = [...new Set(unknown.map(({ name }) => name))];
  const one = names.length === 1;
  const { span } = first;
  return {
    at: one ? value.part(span.start, span.end) : value.place,
    message: `${someOf(names)} in \`${value.setting}\` ${one ? 'means' : 'mean'} nothing to ${libraryWord(target)}, which drops ${one ? 'it' : 'them'} without a word${one ? `: ${whyUnknown(first)}` : ''}`,
    offers: [...(one ? insteadOf(value, first, reading) : []), ...removalOf(value, unknown, reading)],
  };
}

/** What was meant: OpenSSL's own name, or the nearest one that is not weak. */
function insteadOf(value: WrittenValue, { name, span, reason }: Unknown, { library }: Reading): Offer[] {
  const sound = suitesOf(library, 'usual').filter((suite) => weaknessOf(suite) === undefined);
  const meant =
    reason.kind === 'iana'
      ? sound.find((suite) => suite.name === reason.name)?.name
      : reason.kind === 'never'
        ? nearest(
            name,
            sound.map((suite) => suite.name),
          )
        : undefined;
  if (meant === undefined) return [];
  const text = value.text.slice(0, span.start) + meant + value.text.slice(span.end);
  return [
    {
      title: `Write \`${meant}\``,
      safety: 'behaviour',
      remedy: { kind: 'edit', edits: () => value.write(text) },
    },
  ];
}

/** A usual build drops what it does not have, but one that somebody made has it, so that taking it out could be seen. */
function removalOf(value: WrittenValue, unknown: readonly Unknown[], reading: Reading): Offer[] {
  const left = without(
    value.text,
    unknown.map((one) => spoiltBy(one, reading)),
  );
  const built = unknown.every(({ reason }) => reason.kind !== 'not-built');
  return [
    {
      title: unknown.length === 1 ? 'Take the name out' : 'Take the names out',
      safety: built ? 'safe' : 'behaviour',
      remedy: { kind: 'edit', edits: () => value.write(left) },
    },
  ];
}

function refusedOf(value: WrittenValue, readings: readonly Reading[], target: Target): Report | undefined {
  const errors = readings.map(({ evaluation }) => evaluation.error);
  const [error] = errors;
  const [reading] = readings;
  if (reading === undefined || error === undefined || errors.some((other) => other?.kind !== error.kind)) {
    return undefined;
  }
  const { unknown, steps, level } = reading.evaluation;
  // That TLS 1.3 suites do not belong there is another rule's business.
  if (error.kind === 'nothing' && unknown.length > 0 && unknown.every(({ reason }) => reason.kind === 'tls13')) {
    return undefined;
  }
  const names = unknown.filter(({ operation }) => operation === 'add').map(({ name }) => name);
  const why =
    error.kind === 'invalid'
      ? 'cannot be read from here on'
      : steps.length > 0 && names.length === 0
        ? 'leaves no suite at all'
        : `leaves no suite, because ${names.length === 0 ? 'it names none' : `${someOf(names)} ${names.length === 1 ? 'is' : 'are'} not known`}`;
  return {
    severity: 'error',
    at: error.kind === 'invalid' ? value.part(error.span.start, error.span.end) : value.place,
    message: `\`${value.setting}\` ${why}: ${libraryWord(target)} refuse${target.has('openssl') ? 's' : ''} it (\`${error.kind === 'invalid' ? 'invalid command' : 'no cipher match'}\`), and the server does not start`,
    offers: [
      offerPolicy(
        value,
        readings.map(({ library }) => library),
        level,
      ),
    ],
  };
}

function tls13Of(value: WrittenValue, target: Target): Report | undefined {
  const readings = librariesOf(target)
    .filter((library) => library !== '1.0.2')
    .map((library) => evaluateTls13(value.text, library));
  const unknown = common(
    readings.map((one) => one.unknown),
    ({ name }) => name,
  );
  const [first] = unknown;
  if (first === undefined) return undefined;
  const refused = readings.every((one) => one.refused);
  const names = unknown.map(({ name }) => name);
  const left = without(
    value.text,
    unknown.map(({ span }) => span),
  );
  const suites = MOZILLA_6_0.policies.intermediate.tls13Suites.join(':');
  const offer: Offer =
    left === ''
      ? {
          title: "Enable Mozilla's suites",
          safety: 'behaviour',
          remedy: { kind: 'edit', edits: () => value.write(suites) },
        }
      : {
          title: 'Take out what is no suite of TLS 1.3',
          safety: refused ? 'behaviour' : 'safe',
          remedy: { kind: 'edit', edits: () => value.write(left) },
        };
  return {
    severity: refused ? 'error' : 'warning',
    at: names.length === 1 ? value.part(first.span.start, first.span.end) : value.place,
    message: `${someOf(names)} in \`${value.setting}\` ${names.length === 1 ? 'is no suite' : 'are no suites'} of TLS 1.3 that ${libraryWord(target)} knows${refused ? ', so it refuses the value, and the server does not start' : '. OpenSSL 1.1.1 refuses the value, newer ones drop the names'}`,
    offers: [offer],
  };
}

function listOf({ side, ciphers: { list } }: TlsEndpoint): WrittenValue | undefined {
  return side === 'server' && list.known ? list.value : undefined;
}

function suites13Of({ side, ciphers: { suites13 } }: TlsEndpoint): WrittenValue | undefined {
  return side === 'server' && suites13.known ? suites13.value : undefined;
}

export const rule: Rule = {
  id: 'tls-unknown-cipher',
  severity: 'warning',
  since: '0.1.0',
  summary: 'A cipher string has names that the TLS library does not know',
  sources: [
    'https://docs.openssl.org/3.0/man1/openssl-ciphers/',
    'https://docs.openssl.org/3.0/man3/SSL_CTX_set_cipher_list/',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_ciphers',
    'https://www.stunnel.org/static/stunnel.html',
    'https://caddyserver.com/docs/caddyfile/directives/tls#ciphers',
  ],
  check({ model, report }) {
    const { target } = model;
    const endpoints = endpointsOf(model);
    for (const suite of suitesNamedBy(endpoints)) {
      const { refused, place, name, list } = suite;
      if (refused === undefined) continue;
      report({
        severity: 'error',
        at: place,
        message: refused,
        offers: [
          {
            title: `Take \`${name}\` out`,
            safety: 'behaviour',
            remedy: { kind: 'edit', edits: () => list.remove([suite]) },
          },
        ],
      });
    }
    for (const [{ ciphers }, value] of oncePerValue(endpoints, listOf)) {
      const readings = readingsOf(ciphers, target);
      const found = refusedOf(value, readings, target) ?? droppedOf(value, readings, target);
      if (found !== undefined) report(found);
    }
    for (const [, value] of oncePerValue(endpoints, suites13Of)) {
      const found = tls13Of(value, target);
      if (found !== undefined) report(found);
    }
  },
};
