/** Owns the list of grammars; the build writes each to dist/syntaxes/NAME.tmLanguage.json. */
import type { Grammar } from './grammar.ts';
import { haproxy } from './haproxy.ts';
import { nginx } from './nginx.ts';
import { pem } from './pem.ts';

export const grammars: Readonly<Record<'haproxy' | 'nginx' | 'pem', Grammar>> = { haproxy, nginx, pem };
