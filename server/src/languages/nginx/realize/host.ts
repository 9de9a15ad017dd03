/** Owns forwarding the client's Host, at the level of the route. */
import type { Route } from '../../../model/model.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import { own, settingLevel } from '../scope.ts';
import { addHeaders, isHeader } from './headers.ts';
import type { RealizeContext } from './index.ts';
import { byFile, replaceArgs } from './layout.ts';

/** `$host` is there for every request; `$http_host` keeps the port. */
export function forwardHost(route: Route, port: boolean, context: RealizeContext): FileEdits[] | undefined {
  const source = context.routeSource(route);
  if (source === undefined) return undefined;
  const text = port ? '$http_host' : '$host';
  const old = own(settingLevel(source.scope), 'proxy_set_header').find((entry) => isHeader(entry, 'Host'));
  if (old === undefined) return addHeaders(source.scope, [`Host ${text}`]);
  // Other places may include the same file.
  if (old.via.length > 0) return undefined;
  return byFile([{ file: old.file, edit: replaceArgs(old.directive, 1, text) }]);
}
