/** Owns loading a HAProxy configuration from texts, for tests. */
import type { FileId } from '../../server/src/files/host.ts';
import { haproxy } from '../../server/src/languages/haproxy/index.ts';
import type { LoadedProject } from '../../server/src/languages/language.ts';
import type { Model, Route } from '../../server/src/model/model.ts';
import type { FileEdits, Remedy } from '../../server/src/model/remedy.ts';
import { applyEdits } from '../../server/src/text/edits.ts';
import { loadTexts, type Settings as Texts } from '../kit/load.ts';

export const ROOT: FileId = '/project/haproxy.cfg';

export interface Settings extends Omit<Texts, 'together'> {
  readonly files?: Readonly<Record<FileId, string>>;
  /** The files that are read as one, in their order. */
  readonly together?: readonly FileId[];
  /** Whether these are all. */
  readonly whole?: boolean;
}

export function load(text: string, settings: Settings = {}): LoadedProject {
  const { files = {}, together, whole = true, root = ROOT, ...more } = settings;
  return loadTexts(
    haproxy,
    { ...files, [root]: text },
    { ...more, root, ...(together !== undefined && { together: { root, files: together, whole } }) },
  );
}

/** The only route of a configuration; fails when there is another number. */
export function onlyRoute({ sites }: Model): Route {
  const routes = sites.flatMap((site) => site.routes);
  const [route] = routes;
  if (route === undefined || routes.length !== 1) throw new Error(`${routes.length} routes`);
  return route;
}

/** The text after a remedy; undefined when there is no edit for it. */
export function remedied(text: string, project: LoadedProject, remedy: Remedy): string | undefined {
  return edited(text, project.realize(remedy));
}

export function edited(text: string, edits: readonly FileEdits[] | undefined): string | undefined {
  return edits === undefined
    ? undefined
    : applyEdits(
        text,
        edits.flatMap((one) => one.edits),
      );
}

/** What stands at a place. */
export function textAt(
  text: string,
  place: { readonly span: { readonly start: number; readonly end: number } },
): string {
  return text.slice(place.span.start, place.span.end);
}

/** A frontend with one back end, with lines put into each section. */
export const web = (defaults: string, frontend = '', backend = '') => `global
    maxconn 100
${defaults}
frontend web
    bind :80
    ${frontend}
    default_backend app
backend app
    ${backend}
    server one 127.0.0.1:3000
`;
export const DEFAULTS = 'defaults\n    mode http\n    timeout client 1m\n    timeout server 50s';
