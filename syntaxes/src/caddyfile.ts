/** Owns the colours of Caddyfiles: addresses of sites, directives, matchers, and placeholders. */
import { anyOf, type Grammar, numberSignComment, type Rule } from './grammar.ts';

/** Where a word may start; elsewhere `#`, quotes and braces are ordinary characters. */
const wordStart = '(?:^|(?<=\\s))';

const values: readonly Rule[] = [
  { include: '#comment' },
  { include: '#string' },
  { include: '#placeholder' },
  { include: '#value' },
];

/** The words of a line, after its first one. */
const line = (begin: string, name: string): Rule => ({
  begin: `^\\s*(${begin})(?=\\s|$)`,
  beginCaptures: { 1: { name } },
  end: `(?=\\{\\s*(?:\\s#.*)?$)|$`,
  patterns: values,
});

export const caddyfile: Grammar = {
  name: 'Caddyfile',
  scopeName: 'source.wsslint.caddyfile',
  patterns: [
    { include: '#comment' },
    { include: '#block' },
    { match: '^\\s*(\\([^)\\s]+\\))(?=\\s|$)', captures: { 1: { name: 'entity.name.function.snippet.caddyfile' } } },
    { include: '#import' },
    { include: '#matcher' },
    // A file with one site may do without braces, so directives stand at the outermost level, too.
    line('(?!localhost\\b)[a-z_]+', 'keyword.other.directive.caddyfile'),
    {
      begin: '^\\s*(?=[^\\s#{]|\\{[$%])',
      end: '(?=(?:^|(?<=\\s))\\{\\s*(?:\\s#.*)?$)|$',
      patterns: [
        { include: '#comment' },
        { include: '#placeholder' },
        { match: '[^\\s,{]+', name: 'entity.name.section.site.caddyfile' },
      ],
    },
  ],
  repository: {
    comment: numberSignComment(`${wordStart}#`, 'caddyfile'),
    block: {
      begin: '(?:^|(?<=\\s))\\{(?=\\s*(?:\\s#.*)?$)',
      end: '^\\s*\\}',
      patterns: [
        { include: '#comment' },
        { include: '#block' },
        { include: '#import' },
        { include: '#matcher' },
        line('[^\\s{}"`#@][^\\s{}]*', 'keyword.other.directive.caddyfile'),
        ...values,
      ],
    },
    import: line(anyOf('import invoke'), 'keyword.control.caddyfile'),
    matcher: line('@[^\\s{}]+', 'entity.name.tag.matcher.caddyfile'),
    string: {
      patterns: [
        {
          begin: `${wordStart}"`,
          end: '"',
          name: 'string.quoted.double.caddyfile',
          patterns: [{ match: '\\\\.', name: 'constant.character.escape.caddyfile' }, { include: '#placeholder' }],
        },
        { begin: `${wordStart}\``, end: '`', name: 'string.quoted.other.caddyfile' },
        {
          begin: `${wordStart}<<([A-Za-z0-9_-]+)$`,
          end: '^\\s*\\1(?=\\s|$)',
          name: 'string.unquoted.heredoc.caddyfile',
        },
      ],
    },
    placeholder: {
      match: '\\{(?:\\$[^}\\s]*|[%>]?[A-Za-z_][^{}\\s]*)\\}',
      name: 'variable.other.placeholder.caddyfile',
    },
    value: {
      patterns: [
        { match: `${wordStart}@[^\\s{}]+`, name: 'entity.name.tag.matcher.caddyfile' },
        {
          match: `${wordStart}(?:on|off|true|false|internal|tls1\\.[0-3])(?=\\s|$)`,
          name: 'constant.language.caddyfile',
        },
        { match: '(?<=[\\s:])\\d+(?:ns|us|µs|ms|[smhd])?(?=[\\s/]|$)', name: 'constant.numeric.caddyfile' },
      ],
    },
  },
};
