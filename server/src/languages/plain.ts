/** Owns the project of a file that configures no server: each that is one says what is more than nothing. */
import type { FileId } from '../files/host.ts';
import type { Dependencies } from '../files/store.ts';
import type { LanguageId, Model } from '../model/model.ts';
import { OPENSSL } from '../model/product.ts';
import type { Target } from '../model/target.ts';
import type { LoadedProject } from './language.ts';

export function plainModel(language: LanguageId, root: FileId, target: Target): Model {
  return {
    language,
    product: OPENSSL,
    root,
    role: 'root',
    target,
    sites: [],
    spoofable: [],
    hops: [],
    obsolete: [],
    problems: [],
    unseen: [],
  };
}

export function plainProject(model: Model, dependencies: Dependencies): LoadedProject {
  return {
    language: model.language,
    root: model.root,
    model,
    files: [],
    dependencies,
    comments: () => [],
    realize: () => undefined,
    subjectAt: () => undefined,
    links: () => [],
    symbols: () => [],
    fileUses: () => [],
  };
}
