/** Owns edits of rules over headers that HAProxy does not need: it hands on what clients send. */
import type { TextEdit } from '../../../text/edits.ts';
import { removeLine } from '../edits.ts';
import { askingRules, headerRules } from '../lower/handshake.ts';
import type { Lowered } from '../lower/index.ts';
import type { RequestRule } from '../lower/requests.ts';
import type { SourcedRoute } from '../lower/routes.ts';

/** Takes rules away; undefined where one counts for other proxies as well. */
function without(rules: readonly RequestRule[], { tree }: Lowered): readonly TextEdit[] | undefined {
  if (rules.length === 0 || rules.some(({ proxy, section }) => proxy.section !== section)) return undefined;
  return rules.map(({ statement }) => removeLine(tree.text, statement));
}

/** Takes the lines away that write the Host. */
export function forwardHost({ frontend, backend }: SourcedRoute, lowered: Lowered): readonly TextEdit[] | undefined {
  if (backend === undefined) return undefined;
  const writes = ({ action, statement }: RequestRule) =>
    action === 'set-header' && statement.words[2]?.value.toLowerCase() === 'host';
  return without(headerRules(frontend, backend).filter(writes), lowered);
}

/** Takes the lines away that ask for an upgrade in every request. */
export function askWhenAsked({ frontend, backend }: SourcedRoute, lowered: Lowered): readonly TextEdit[] | undefined {
  return backend === undefined ? undefined : without(askingRules(headerRules(frontend, backend)), lowered);
}
