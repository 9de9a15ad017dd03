/** Owns the text of what a file's project does in effect. */
import type { ProjectReport } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import type { OutlineItem } from '../languages/language.ts';
import type { Model } from '../model/model.ts';
import { printModel } from '../model/print.ts';
import { spanContains, spanTouches } from '../text/span.ts';
import { withoutKeys } from './secrets.ts';

/** The project that speaks for a file: a certificate file for itself, otherwise a whole configuration before a part of one. */
export function mainProject(reports: readonly ProjectReport[], file: FileId): ProjectReport | undefined {
  return (
    reports.find(({ project }) => project.language === 'pem' && project.root === file) ??
    reports.find(({ project }) => project.model.role === 'root') ??
    reports[0]
  );
}

/** The effective configuration, as `wsslint show` prints it; with an offset only the site around it, if there is one. */
export function effectiveText({ project }: ProjectReport, file: FileId, offset: number | undefined): string {
  const site = offset === undefined ? undefined : siteAround(project.symbols(file), offset);
  const model = site === undefined ? project.model : narrowed(project.model, file, site);
  return withoutKeys(printModel(model, project.files));
}

/** The innermost site or section. */
function siteAround(items: readonly OutlineItem[], offset: number): OutlineItem | undefined {
  const item = items.find(({ span }) => spanTouches(span, offset));
  if (item === undefined) return undefined;
  return siteAround(item.children, offset) ?? (item.kind === 'site' || item.kind === 'section' ? item : undefined);
}

function narrowed(model: Model, file: FileId, item: OutlineItem): Model {
  const sites = model.sites.filter(({ place }) => place.file === file && spanContains(item.span, place.span));
  return sites.length > 0 ? { ...model, sites } : model;
}
