/** Owns the colours of nginx configurations. Words, quotes and comments begin where nginx's own tokenizer begins them. */
import { anyOf, type Grammar, numberSignComment, type Rule } from './grammar.ts';

/** Where a token may start; elsewhere `#` and quotes are ordinary characters. */
const tokenStart = '(?:^|(?<=[\\s;{}(]))';
const statementStart = '(?:^|(?<=[\\s;{}]))';
/** The arguments of a block that starts on this line; `${name}` does not open the block. */
const blockHeader = '((?:[^;{$#]|\\$\\{?)*)\\{';

const blocks = anyOf(`http server location upstream events mail stream types map geo split_clients charset_map
  limit_except match mgmt otel_exporter`);
const control = anyOf('if return rewrite set break include load_module error_page try_files');
const tables = anyOf('map geo split_clients types charset_map');

const argumentRules: readonly Rule[] = [
  { include: '#comment' },
  { include: '#regex' },
  { include: '#string' },
  { include: '#variable' },
  { include: '#escape' },
  { include: '#value' },
];

function quoted(quote: string, kind: string): Rule {
  return {
    begin: `${tokenStart}${quote}`,
    end: quote,
    name: `string.quoted.${kind}.nginx`,
    patterns: [{ include: '#escape' }, { include: '#variable' }],
  };
}

export const nginx: Grammar = {
  name: 'nginx',
  scopeName: 'source.nginx',
  patterns: [{ include: '#statement' }],
  repository: {
    statement: {
      patterns: [
        { include: '#dumpMarker' },
        { include: '#comment' },
        { include: '#luaBlock' },
        { include: '#tableBlock' },
        { include: '#block' },
        { include: '#directive' },
      ],
    },
    /** `nginx -T` writes this line before each file that it prints. */
    dumpMarker: { match: '^# configuration file .*:$', name: 'comment.line.number-sign.nginx markup.heading.nginx' },
    comment: numberSignComment(`${tokenStart}#`, 'nginx'),
    block: { begin: '\\{', end: '\\}', patterns: [{ include: '#statement' }] },
    directive: {
      begin: `${statementStart}(?:(${blocks})|(${control})|([^\\s;{}#"'][^\\s;{]*))(?=[\\s;{]|$)`,
      beginCaptures: {
        1: { name: 'storage.type.block.nginx' },
        2: { name: 'keyword.control.nginx' },
        3: { name: 'keyword.other.directive.nginx' },
      },
      end: `;|(?=\\{)|${statementStart}(?=\\})`,
      endCaptures: { 0: { name: 'punctuation.terminator.nginx' } },
      patterns: argumentRules,
    },
    tableBlock: {
      begin: `${statementStart}(${tables})(?=[\\s{])${blockHeader}`,
      beginCaptures: { 1: { name: 'storage.type.block.nginx' }, 2: { patterns: argumentRules } },
      end: '\\}',
      patterns: [
        {
          match: `${statementStart}${anyOf('default hostnames volatile include ranges delete proxy proxy_recursive')}(?=[\\s;])`,
          name: 'keyword.other.directive.nginx',
        },
        ...argumentRules,
      ],
    },
    /** The body's braces are Lua's, so its strings and comments must be known to find the end. */
    luaBlock: {
      begin: `${statementStart}(\\w+_by_lua_block)(?=[\\s{])${blockHeader}`,
      beginCaptures: { 1: { name: 'keyword.other.directive.nginx' }, 2: { patterns: argumentRules } },
      end: '\\}',
      contentName: 'meta.embedded.block.lua',
      patterns: [{ include: '#lua' }],
    },
    lua: {
      patterns: [
        { begin: '--\\[(=*)\\[', end: '\\]\\1\\]', name: 'comment.block.lua' },
        { match: '--.*$', name: 'comment.line.double-dash.lua' },
        { begin: '\\[(=*)\\[', end: '\\]\\1\\]', name: 'string.quoted.other.multiline.lua' },
        { begin: '"', end: '"|$', name: 'string.quoted.double.lua', patterns: [{ match: '\\\\.' }] },
        { begin: "'", end: "'|$", name: 'string.quoted.single.lua', patterns: [{ match: '\\\\.' }] },
        { begin: '\\{', end: '\\}', patterns: [{ include: '#lua' }] },
        { include: 'source.lua' },
      ],
    },
    regex: {
      match: `${tokenStart}(!?~\\*?|\\^~)(?:\\s+|(?=\\S))("(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'|[^\\s;{"'][^\\s;{]*)?`,
      captures: { 1: { name: 'keyword.operator.nginx' }, 2: { name: 'string.regexp.nginx' } },
    },
    string: { patterns: [quoted('"', 'double'), quoted("'", 'single')] },
    escape: { match: '\\\\.', name: 'constant.character.escape.nginx' },
    variable: { match: '\\$(?:\\{\\w+\\}|\\w+)', name: 'variable.other.nginx' },
    value: {
      patterns: [
        { match: '(?<=\\s)(?:on|off|any|all|none|default)(?=[\\s;])', name: 'constant.language.nginx' },
        { match: '(?<=[\\s:=])\\d+(?:ms|[smhdwMykKgG])?(?=[\\s;{:/)]|$)', name: 'constant.numeric.nginx' },
        { match: '(?<=\\s)(?:!?=|-[defx]|![-defx]{2})(?=\\s)', name: 'keyword.operator.nginx' },
        { match: '(?<=\\s)[a-z][a-z0-9+.-]*://', name: 'markup.underline.link.nginx' },
      ],
    },
  },
};
