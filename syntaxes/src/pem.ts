/** Owns the colours of PEM files, which are quiet: the labels, the headers, and what cannot be base64. */
import type { Grammar } from './grammar.ts';

const label = (word: string): string => `^[ \\t]*(-----)(${word}) ([^-]*)(-----)`;

const captures = {
  1: { name: 'punctuation.definition.block.pem' },
  2: { name: 'keyword.control.pem' },
  3: { name: 'entity.name.type.pem' },
  4: { name: 'punctuation.definition.block.pem' },
};

export const pem: Grammar = {
  name: 'PEM',
  scopeName: 'source.pem',
  patterns: [
    {
      begin: label('BEGIN'),
      beginCaptures: captures,
      // A block without its END stops where the next one begins.
      end: `${label('END')}|(?=^[ \\t]*-----BEGIN )`,
      endCaptures: captures,
      contentName: 'meta.block.pem',
      patterns: [
        {
          match: '^([A-Za-z][\\w-]*)(:)(.*)$',
          captures: { 1: { name: 'support.type.property-name.pem' }, 3: { name: 'string.unquoted.pem' } },
        },
        { match: '[A-Za-z0-9+/=]+', name: 'constant.other.base64.pem' },
        { match: '[^A-Za-z0-9+/=\\s]+', name: 'invalid.illegal.base64.pem' },
      ],
    },
    // OpenSSL skips the text between blocks, so it serves as comment.
    { match: '\\S.*$', name: 'comment.line.pem' },
  ],
  repository: {},
};
