/** Owns edits of rules over headers that HAProxy does not need: it hands on what clients send. */
import type { FileEdits } from '../../../model/remedy.ts';
import { byFile, removeLine } from '../edits.ts';
import { askingRules, headerRules } from '../lower/handshake.ts';
import type { RequestRule } from '../lower/requests.ts';
import type { SourcedRoute } from '../lower/routes.ts';

/** Takes rules away; undefined where one counts for other proxies as well. */
function without(rules: readonly RequestRule[]): readonly FileEdits[] | undefined {
  if (rules.length === 0 || rules.some(({ proxy, section }) => proxy.section !== section)) return undefined;
  return byFile(rules.map(({ statement }) => ({ file: statement.source.file, edit: removeLine(statement) })));
}

/** Takes the lines away that write the Host. */
export function forwardHost({ frontend, backend }: SourcedRoute): readonly FileEdits[] | undefined {
  if (backend === undefined) return undefined;
  const writes = ({ action, statement }: RequestRule) =>
    action === 'set-header' && statement.words[2]?.value.toLowerCase() === 'host';
  return without(headerRules(frontend, backend).filter(writes));
}

/** Takes the lines away that ask for an upgrade in every request. */
export function askWhenAsked({ frontend, backend }: SourcedRoute): readonly FileEdits[] | undefined {
  return backend === undefined ? undefined : without(askingRules(headerRules(frontend, backend)));
}
