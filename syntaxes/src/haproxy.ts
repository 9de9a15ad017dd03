/** Owns the colours of HAProxy configurations: sections, the keyword of each line, and the words of `bind` and `server` lines. */
import { anyOf, type Grammar, numberSignComment } from './grammar.ts';

const sections = anyOf(`global defaults frontend backend listen userlist peers resolvers mailers cache program
  http-errors ring log-forward log-profile fcgi-app crt-store acme traces`);

const options = anyOf(`ssl crt crt-list ca-file ca-verify-file crl-file key verify verifyhost sni alpn npn ciphers
  ciphersuites curves ecdhe ssl-min-ver ssl-max-ver force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13 no-sslv3
  no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 no-tls-tickets allow-0rtt strict-sni check check-ssl check-sni inter fall
  rise weight maxconn backup send-proxy send-proxy-v2 accept-proxy proto transparent from`);

export const haproxy: Grammar = {
  name: 'HAProxy',
  scopeName: 'source.haproxy',
  patterns: [
    { include: '#comment' },
    {
      match: `^\\s*(${sections})(?=\\s|$)(?:\\s+([^\\s#"']+))?`,
      captures: { 1: { name: 'storage.type.section.haproxy' }, 2: { name: 'entity.name.section.haproxy' } },
    },
    { match: '^\\s*\\.(?:if|elif|else|endif|diag|notice|warning|alert)(?=\\s|$)', name: 'keyword.control.haproxy' },
    {
      match: '^\\s*(?:(no|default)\\s+)?([a-zA-Z][\\w.-]*)',
      captures: { 1: { name: 'keyword.operator.negation.haproxy' }, 2: { name: 'keyword.other.directive.haproxy' } },
    },
    { include: '#value' },
  ],
  repository: {
    comment: numberSignComment('#', 'haproxy'),
    value: {
      patterns: [
        { include: '#escape' },
        { include: '#string' },
        { include: '#variable' },
        { include: '#sample' },
        { match: '(?<=\\s)(?:if|unless|or|and)(?=\\s|$)|\\|\\|', name: 'keyword.control.haproxy' },
        { match: '(?<=\\s)!(?=[\\w{])', name: 'keyword.operator.negation.haproxy' },
        { match: `(?<=\\s)${options}(?=\\s|$)`, name: 'support.type.property-name.haproxy' },
        {
          match: '(?<=\\s)(?:none|optional|required|http|tcp|on|off|SSLv3|TLSv1\\.[0-3])(?=\\s|$)',
          name: 'constant.language.haproxy',
        },
        { match: '(?<=[\\s:,])\\d+(?:us|ms|[smhdkKgG])?(?=[\\s,:]|$)', name: 'constant.numeric.haproxy' },
        { match: '(?<=\\s)(?:-[a-zA-Z]|--)(?=\\s)', name: 'keyword.operator.flag.haproxy' },
      ],
    },
    escape: { match: '\\\\.', name: 'constant.character.escape.haproxy' },
    string: {
      patterns: [
        {
          begin: '"',
          end: '"|$',
          name: 'string.quoted.double.haproxy',
          patterns: [{ include: '#escape' }, { include: '#variable' }, { include: '#sample' }],
        },
        { begin: "'", end: "'|$", name: 'string.quoted.single.haproxy', patterns: [{ include: '#sample' }] },
      ],
    },
    variable: { match: '\\$(?:\\{[^}\\s]*\\}|\\w+)', name: 'variable.other.environment.haproxy' },
    sample: {
      patterns: [
        {
          begin: '%(?:\\{[^}\\s]*\\})?\\[',
          end: '\\]|$',
          name: 'meta.sample.haproxy',
          beginCaptures: { 0: { name: 'punctuation.definition.template-expression.begin.haproxy' } },
          endCaptures: { 0: { name: 'punctuation.definition.template-expression.end.haproxy' } },
          patterns: [{ match: '[\\w.-]+', name: 'support.function.sample.haproxy' }],
        },
        { match: '(?<=\\s)%(?:\\{[^}\\s]*\\})?[A-Za-z]{1,3}(?=\\W|$)', name: 'variable.other.haproxy' },
      ],
    },
  },
};
