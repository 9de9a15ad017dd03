/** Owns the list of grammars; the build writes each to dist/syntaxes/NAME.tmLanguage.json. */
import type { Grammar } from './grammar.ts';
import { haproxy } from './haproxy.ts';
import { nginx } from './nginx.ts';
import { pem } from './pem.ts';
import { stunnel } from './stunnel.ts';

export const grammars: Readonly<Record<'haproxy' | 'nginx' | 'pem' | 'stunnel', Grammar>> = {
  haproxy,
  nginx,
  pem,
  stunnel,
};
