/** Owns the edits of `bind` lines: `ssl` where it is missing, and `strict-sni`. */
import type { Listener, Site } from '../../../model/model.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import { insertBehind } from '../edits.ts';
import type { Lowered } from '../lower/index.ts';
import { sslWord } from '../lower/sites.ts';
import { findAt } from '../syntax/query.ts';

/** Puts `ssl` behind the address of a line that has certificates. */
export function speakTls({ place }: Listener, { whole }: Lowered): readonly FileEdits[] | undefined {
  const found = findAt(whole, { file: place.file, offset: place.span.start });
  const address = found?.statement.words[1];
  if (found === undefined || address === undefined || sslWord(found.statement) !== undefined) return undefined;
  return [{ file: place.file, edits: [insertBehind(address, 'ssl')] }];
}

/** Handshakes without a name that one of the certificates has are refused. */
export function refuseUnknownNames(site: Site, { sites }: Lowered): readonly FileEdits[] | undefined {
  const bind = sites.find((one) => one.site === site)?.endpoint?.bind;
  const last = bind?.words[bind.words.length - 1];
  return bind === undefined || last === undefined
    ? undefined
    : [{ file: bind.source.file, edits: [insertBehind(last, 'strict-sni')] }];
}
