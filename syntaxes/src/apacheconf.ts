/** Owns the colours of Apache httpd's configurations: sections, the directive of each line, and what Apache puts in by itself. */
import { anyOf, type Grammar, numberSignComment } from './grammar.ts';

/** A line goes on behind a backslash at its end, a comment too; `$` alone would match behind the line feed as well. */
const lineEnd = '(?<![\\\\\\n])$';

const control = anyOf('If ElseIf Else IfDefine IfModule IfVersion IfDirective IfFile IfSection Macro');
const whole = anyOf('Include IncludeOptional Define UnDefine Use Error LoadModule Rewrite(?:Engine|Cond|Rule|Map)');

export const apacheconf: Grammar = {
  name: 'Apache Conf',
  scopeName: 'source.wsslint.apacheconf',
  patterns: [
    { include: '#comment' },
    {
      begin: `^\\s*(</?)(?:(${control})|([A-Za-z]\\w*))(?=[\\s>]|$)`,
      beginCaptures: {
        1: { name: 'punctuation.definition.tag.apacheconf' },
        2: { name: 'keyword.control.apacheconf' },
        3: { name: 'storage.type.section.apacheconf' },
      },
      end: `(>)\\s*$|${lineEnd}`,
      endCaptures: { 1: { name: 'punctuation.definition.tag.apacheconf' } },
      patterns: [{ include: '#value' }],
    },
    {
      begin: `^\\s*(?i:(${whole})|([A-Za-z]\\w*))(?=\\s|$)`,
      beginCaptures: {
        1: { name: 'keyword.control.apacheconf' },
        2: { name: 'keyword.other.directive.apacheconf' },
      },
      end: lineEnd,
      patterns: [{ include: '#value' }],
    },
  ],
  repository: {
    // A comment has a line of its own; elsewhere the sign is a part of a value.
    comment: { ...numberSignComment('^\\s*#', 'apacheconf'), end: lineEnd },
    value: {
      patterns: [
        { include: '#escape' },
        {
          begin: '(?<=[\\s=])"',
          end: '"|$',
          name: 'string.quoted.double.apacheconf',
          patterns: [{ include: '#escape' }, { include: '#variable' }],
        },
        {
          begin: "(?<=[\\s=])'",
          end: "'|$",
          name: 'string.quoted.single.apacheconf',
          patterns: [{ include: '#escape' }, { include: '#variable' }],
        },
        { include: '#variable' },
        { match: '(?<=\\s)\\[[^\\]\\s]*\\](?=\\s|$)', name: 'support.type.property-name.flags.apacheconf' },
        {
          match:
            '(?<=\\s)(?i:on|off|all|none|optional|optional_no_ca|require|granted|denied|[+-]?(?:all|SSLv[23]|TLSv1(?:\\.[0-3])?))(?=[\\s>]|$)',
          name: 'constant.language.apacheconf',
        },
        {
          match: '(?<=\\s)([a-z]\\w*)(=)(?=\\S)',
          captures: {
            1: { name: 'support.type.property-name.apacheconf' },
            2: { name: 'keyword.operator.assignment.apacheconf' },
          },
        },
        { match: '(?<=[\\s:=])\\d+(?:ms|[smh])?(?=[\\s>/]|$)', name: 'constant.numeric.apacheconf' },
      ],
    },
    escape: { match: '\\\\.', name: 'constant.character.escape.apacheconf' },
    variable: {
      match: '\\$\\{[^}\\s]*\\}|%\\{[^}\\s]*\\}\\w?|(?<=[\\s"])[$@]\\w+',
      name: 'variable.other.apacheconf',
    },
  },
};
