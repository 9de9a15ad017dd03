/** Owns the list of grammars by language id; the build writes each to dist/syntaxes/ID.tmLanguage.json. */
import { apacheconf } from './apacheconf.ts';
import { caddyfile } from './caddyfile.ts';
import type { Grammar } from './grammar.ts';
import { haproxy } from './haproxy.ts';
import { nginx } from './nginx.ts';
import { pem } from './pem.ts';
import { stunnel } from './stunnel.ts';

type Name = 'apacheconf' | 'caddyfile' | 'haproxy' | 'nginx' | 'pem' | 'stunnel';

export const grammars: Readonly<Record<Name, Grammar>> = { apacheconf, caddyfile, haproxy, nginx, pem, stunnel };
