/** Owns the files that directives name beside includes. */
import type { FileId } from '../../../files/host.ts';
import type { FileUse } from '../../../model/model.ts';
import { type Fact, type Place, unknown } from '../../../model/origin.ts';
import { isMasked } from '../mask.ts';
import { locate } from '../paths.ts';
import type { NginxProject } from '../project.ts';
import { type Entry, placeOfWord } from '../scope.ts';
import type { Directive, Word } from '../syntax/tree.ts';

/** Values of `ssl_certificate` and `ssl_certificate_key` that name no file (docs, ssl_certificate_key). */
const NO_FILE = /^(data|engine|store):|\$/;

/** The file that the first argument of a directive names; undefined when it names none. */
export function fileUse(entry: Entry, project: NginxProject): NamedFile | undefined {
  const word = entry.directive.args[0];
  if (word === undefined || word.value === '' || NO_FILE.test(word.value) || isMasked(word.value)) return undefined;
  const isTemplate = project.files.get(entry.file.id)?.template === true;
  const file = isTemplate ? unknown('the file that names it is a template') : locate(word.value, project.paths);
  return new NamedFile(entry, word, file);
}

/** Large configurations name files many thousands of times, and what is said of one needs its place only. */
export class NamedFile implements FileUse {
  constructor(
    private readonly entry: Entry,
    private readonly word: Word,
    readonly file: Fact<FileId>,
  ) {}

  get directive(): Directive {
    return this.entry.directive;
  }

  get place(): Place {
    return placeOfWord(this.entry.file, this.word);
  }

  get setting(): string {
    return this.entry.name;
  }

  get written(): string {
    return this.word.value;
  }
}
