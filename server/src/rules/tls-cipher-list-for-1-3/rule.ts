/** Owns tls-cipher-list-for-1-3: suites of TLS 1.3 in the cipher string, which is for TLS 1.2 and older. */
import type { Unknown } from '../../ciphers/evaluate.ts';
import type { WrittenValue } from '../../model/cipher-settings.ts';
import { endpointsOf, type TlsEndpoint } from '../../model/model.ts';
import { offerPolicy, without } from '../cipher-edits.ts';
import type { Rule } from '../rule.ts';
import { common, oncePerValue, readingsOf, someOf } from '../tls-library.ts';

function listOf({ side, ciphers: { list } }: TlsEndpoint): WrittenValue | undefined {
  return side === 'server' && list.known ? list.value : undefined;
}

const isForTls13 = ({ reason }: Unknown): boolean => reason.kind === 'tls13';

export const rule: Rule = {
  id: 'tls-cipher-list-for-1-3',
  severity: 'warning',
  since: '0.1.0',
  summary: 'A cipher string names suites of TLS 1.3, which it does not reach',
  sources: [
    'https://docs.openssl.org/3.0/man3/SSL_CTX_set_cipher_list/',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_ciphers',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_conf_command',
    'https://docs.haproxy.org/3.2/configuration.html#5.1-ciphersuites',
  ],
  check({ model, report }) {
    for (const [{ ciphers }, value] of oncePerValue(endpointsOf(model), listOf)) {
      const readings = readingsOf(ciphers, model.target);
      const names = common(
        readings.map(({ evaluation }) => evaluation.unknown.filter(isForTls13)),
        ({ name }) => name,
      );
      const [first] = names;
      const [reading] = readings;
      if (first === undefined || reading === undefined) continue;
      const refused = readings.every(({ evaluation }) => evaluation.error?.kind === 'nothing');
      const one = names.length === 1;
      const adds = names.some(({ operation }) => operation === 'add');
      const left = without(
        value.text,
        names.map(
          ({ span }) =>
            reading.evaluation.steps.find((step) => step.span.start <= span.start && span.end <= step.span.end)?.span ??
            span,
        ),
      );
      const effect = refused
        ? 'OpenSSL finds nothing else in it and refuses it (`no cipher match`), so the server does not start'
        : adds
          ? `there ${one ? 'it does' : 'they do'} nothing. TLS 1.3 has its suites without being asked`
          : `taking ${one ? 'it' : 'them'} out here leaves ${one ? 'it' : 'them'} on`;
      report({
        severity: refused ? 'error' : 'warning',
        at: one ? value.part(first.span.start, first.span.end) : value.place,
        message: `\`${value.setting}\` is for TLS 1.2 and older, and ${someOf(names.map(({ name }) => name))} ${one ? 'is a suite' : 'are suites'} of TLS 1.3: ${effect}`,
        offers: refused
          ? [
              offerPolicy(
                value,
                readings.map(({ library }) => library),
                reading.evaluation.level,
              ),
            ]
          : [
              {
                title: one ? 'Take the name out, which changes nothing' : 'Take the names out, which changes nothing',
                safety: 'safe',
                remedy: { kind: 'edit', edits: () => value.write(left) },
              },
            ],
      });
    }
  },
};
