/** Owns the realizers: each remedy as the smallest edit of a stunnel configuration. */
import type { FileEdits, Remedy } from '../../../model/remedy.ts';
import { byFile } from '../../blocks/edits.ts';
import { IDLE_SETTING } from '../lower/idle.ts';
import type { Lowered } from '../lower/index.ts';
import { entriesOf, type Scope } from '../options.ts';
import { insertInto, replaceOption } from './layout.ts';
import { setVersions } from './versions.ts';

/** In the service itself, so that no other one waits longer along with it. */
function setIdleLimit(scope: Scope, seconds: number): readonly FileEdits[] | undefined {
  if (!Number.isFinite(seconds) || scope.project.hidden !== undefined) return undefined;
  const setting = { name: IDLE_SETTING, value: `${Math.ceil(seconds)}` };
  const own = entriesOf(scope, 'timeoutidle').findLast((entry) => scope.service.own.includes(entry));
  return byFile([own === undefined ? insertInto(scope, [setting]) : replaceOption(own, setting)]);
}

/** The smallest edit that makes a remedy true, or undefined when there is none. */
export function realize(remedy: Remedy, { scopes }: Lowered): readonly FileEdits[] | undefined {
  switch (remedy.kind) {
    case 'edit':
      return remedy.edits();
    case 'set-idle-limit': {
      const scope = scopes.get(remedy.route);
      return scope === undefined ? undefined : setIdleLimit(scope, remedy.seconds);
    }
    case 'set-tls-versions': {
      const scope = scopes.get(remedy.endpoint);
      return scope === undefined ? undefined : setVersions(scope, remedy.versions);
    }
    case 'name-file':
      return [{ file: remedy.use.place.file, edits: [{ span: remedy.use.place.span, newText: remedy.path }] }];
    case 'forward-upgrade':
    case 'use-http-1-1':
    case 'forward-host':
    case 'ask-when-asked':
    case 'only-websocket':
    case 'speak-tls':
    case 'refuse-handshakes':
    case 'redirect-to-tls':
    case 'refuse-unknown-names':
    case 'tell-early-data':
      return undefined;
  }
}
