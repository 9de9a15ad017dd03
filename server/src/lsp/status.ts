/** Owns what is told about the project of each open document. */
import type { ProjectReport } from '../analysis/engine-types.ts';
import { placeWord } from '../languages/language.ts';
import { targetText } from '../model/target.ts';
import { type Terms, uriOf } from './convert.ts';
import type { Document } from './documents.ts';
import type { StatusParams } from './protocol.ts';

export function statusOf(terms: Terms, document: Document, report: ProjectReport | undefined): StatusParams {
  const { uri } = document;
  if (report === undefined) return { uri, unseen: [], fragment: false };
  const { model, files } = report.project;
  const target = targetText(model.target, model.language);
  return {
    uri,
    ...(model.role === 'root' && { root: uriOf(terms, model.root) }),
    ...(target !== '' && { target }),
    unseen: model.unseen.map(({ what, place }) => {
      const source = files.find((file) => file.id === place.file);
      return `${what} (${placeWord(place, source)})`;
    }),
    fragment: model.role === 'fragment' && model.language !== 'pem',
  };
}
