/** Owns the list of languages, in the order in which they are asked whether a file is theirs. */

import type { FileId } from '../files/host.ts';
import { apache } from '../languages/apache/index.ts';
import { caddy } from '../languages/caddy/index.ts';
import { haproxy } from '../languages/haproxy/index.ts';
import type { Claim, Language } from '../languages/language.ts';
import { nginx } from '../languages/nginx/index.ts';
import { openssl } from '../languages/openssl/index.ts';
import { pem } from '../languages/pem/index.ts';
import { stunnel } from '../languages/stunnel/index.ts';

export const LANGUAGES: readonly Language[] = [pem, caddy, haproxy, apache, nginx, stunnel, openssl];

export interface Claimed {
  readonly language: Language;
  readonly claim: Exclude<Claim, undefined>;
}

/** The language of a file; `text` is asked for only where name and folder leave it open. */
export function claimOf(path: FileId, text: () => string): Claimed | undefined {
  for (const language of LANGUAGES) {
    const claim = language.claim(path, text);
    if (claim !== undefined) return { language, claim };
  }
  return undefined;
}
