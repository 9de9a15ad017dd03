/** Owns the colours of stunnel configurations: services, the option of each line, and values that mean something everywhere. */
import { type Grammar, numberSignComment } from './grammar.ts';

export const stunnel: Grammar = {
  name: 'stunnel',
  scopeName: 'source.stunnel',
  patterns: [
    { include: '#comment' },
    {
      match: '^\\s*(\\[)(.+)(\\])\\s*$',
      captures: {
        1: { name: 'punctuation.definition.section.begin.stunnel' },
        2: { name: 'entity.name.section.stunnel' },
        3: { name: 'punctuation.definition.section.end.stunnel' },
      },
    },
    {
      begin: '^\\s*(\\w+)\\s*(=)',
      end: '$',
      beginCaptures: {
        1: { name: 'keyword.other.directive.stunnel' },
        2: { name: 'keyword.operator.assignment.stunnel' },
      },
      patterns: [{ include: '#value' }],
    },
  ],
  repository: {
    // A comment begins a line; behind a value the sign is a part of it.
    comment: { patterns: [numberSignComment('^\\s*[;#]', 'stunnel')] },
    value: {
      patterns: [
        {
          match: '\\G\\s*((?i:yes|no|all|none|SSLv[23]|TLSv1(?:\\.[0-3])?))(?=\\s*$)',
          captures: { 1: { name: 'constant.language.stunnel' } },
        },
        { match: '-?\\bNO_\\w+', name: 'constant.other.option.stunnel' },
        { match: '(?<=[=:\\s])\\d+(?=\\s*$)', name: 'constant.numeric.stunnel' },
        { match: '\\$\\{[^}\\s]*\\}', name: 'variable.other.environment.stunnel' },
        { match: '(?<=[=\\s])/\\S+', name: 'string.unquoted.path.stunnel' },
      ],
    },
  },
};
