/** Owns the edits of `bind` lines by which clients must have a verified certificate. */
import type { FileId } from '../../../files/host.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import { insertBehind, removeWords, replaceWord } from '../edits.ts';
import type { Parameter } from '../syntax/query.ts';
import type { Statement } from '../syntax/tree.ts';

/** Behind the authorities, that clients need a certificate of them. */
export function askForCertificates(file: FileId, { name, value }: Parameter): readonly FileEdits[] {
  return [{ file, edits: [insertBehind(value ?? name, 'verify required')] }];
}

/** No certificate but a verified one, and no fault of it that is ignored. */
export function requireCertificates(bind: Statement, parameters: readonly Parameter[]): readonly FileEdits[] {
  const edits = parameters.flatMap(({ name, value }) => {
    if (name.value === 'verify' && value !== undefined && value.value !== 'required')
      return [replaceWord(value, 'required')];
    if (!/^c(?:rt|a)-ignore-err$/.test(name.value) || value === undefined) return [];
    const at = bind.words.indexOf(name);
    const removed = removeWords(bind, at, at + 2);
    return removed === undefined ? [] : [removed];
  });
  return [{ file: bind.source.file, edits }];
}
