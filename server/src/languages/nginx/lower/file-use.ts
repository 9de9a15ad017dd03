/** Owns the files that directives name beside includes. */
import type { FileId } from '../../../files/host.ts';
import type { FileUse } from '../../../model/model.ts';
import { type Fact, type Place, unknown } from '../../../model/origin.ts';
import { isMasked } from '../mask.ts';
import { locate } from '../paths.ts';
import type { NginxProject } from '../project.ts';
import { type Entry, placeOfArgument, value } from '../scope.ts';
import type { Directive } from '../syntax/tree.ts';

/** Values of `ssl_certificate` and `ssl_certificate_key` that name no file (docs, ssl_certificate_key). */
const NO_FILE = /^(data|engine|store):|\$/;

/** The file that the first argument of a directive names; undefined when it names none. */
export function fileUse(entry: Entry, project: NginxProject): NamedFile | undefined {
  const written = value(entry);
  if (written === undefined || written === '' || NO_FILE.test(written) || isMasked(written)) return undefined;
  const isTemplate = project.files.get(entry.file.id)?.template === true;
  const file = isTemplate ? unknown('the file that names it is a template') : locate(written, project.paths);
  return new NamedFile(entry, written, file);
}

/** Large configurations name files many thousands of times, and what is said of one needs its place only. */
export class NamedFile implements FileUse {
  constructor(
    private readonly entry: Entry,
    readonly written: string,
    readonly file: Fact<FileId>,
  ) {}

  get directive(): Directive {
    return this.entry.directive;
  }

  get place(): Place {
    return placeOfArgument(this.entry, 0);
  }

  get setting(): string {
    return this.entry.name;
  }
}
