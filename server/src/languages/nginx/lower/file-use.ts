/** Owns the files that directives name beside includes. */
import type { FileUse } from '../../../model/model.ts';
import { unknown } from '../../../model/origin.ts';
import { isMasked } from '../mask.ts';
import { locate } from '../paths.ts';
import type { NginxProject } from '../project.ts';
import { type Entry, placeOfWord } from '../scope.ts';

/** Values of `ssl_certificate` and `ssl_certificate_key` that name no file (docs, ssl_certificate_key). */
const NO_FILE = /^(data|engine|store):|\$/;

/** The file that the first argument of a directive names; undefined when it names none. */
export function fileUse(entry: Entry, project: NginxProject): FileUse | undefined {
  const word = entry.directive.args[0];
  if (word === undefined || word.value === '' || NO_FILE.test(word.value) || isMasked(word.value)) return undefined;
  return {
    place: placeOfWord(entry.file, word),
    setting: entry.directive.name.value,
    written: word.value,
    file:
      project.files.get(entry.file.id)?.template === true
        ? unknown('the file that names it is a template')
        : locate(word.value, project.paths),
  };
}
