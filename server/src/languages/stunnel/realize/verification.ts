/** Owns the edits that make a service verify its peers: clients that connect, or the server that it connects to. */
import type { FileEdits } from '../../../model/remedy.ts';
import { byFile, type PlacedEdit } from '../../blocks/edits.ts';
import type { Verification } from '../lower/verification.ts';
import { entriesOf, type Scope } from '../options.ts';
import type { Entry } from '../project.ts';
import { insertBehind, insertInto, replaceOption, type Setting } from './layout.ts';

/** Where Debian and its kind keep the public authorities by their hashes, as OpenSSL looks for them. */
export const SYSTEM_AUTHORITIES = '/etc/ssl/certs';
const MADE_UP_CLIENTS = '/etc/stunnel/client-ca.pem';

export const AUTHORITY_KEYS = ['cafile', 'capath', 'caengine', 'castore'] as const;

/** Whether a service is told whom to trust; stunnel does not start when it verifies without. */
export function hasAuthorities(scope: Scope): boolean {
  return entriesOf(scope, ...AUTHORITY_KEYS).some(({ option }) => option.value.value !== '');
}

const VERIFY: Setting = { name: 'verifyChain', value: 'yes' };

/** The edit after which the chain is verified, with `more` behind it. */
function verifyChain(scope: Scope, decided: Entry | undefined, more: readonly Setting[]): PlacedEdit[] {
  // What a line of all services says is overruled in this one only.
  if (decided === undefined || !scope.service.own.includes(decided)) return [insertInto(scope, [VERIFY, ...more])];
  if (decided.option.key === 'requirecert') return [insertBehind(decided, [VERIFY, ...more])];
  const replaced = replaceOption(decided, VERIFY);
  return more.length === 0 ? [replaced] : [replaced, insertBehind(decided, more)];
}

/** Only clients with a verified certificate get in. */
export function requireVerified(scope: Scope, verification: Verification, beside?: Entry): readonly FileEdits[] {
  const { chain, peer, decided } = verification;
  const trust: Setting[] = hasAuthorities(scope) ? [] : [{ name: 'CAfile', value: MADE_UP_CLIENTS }];
  if (beside !== undefined) return byFile([insertBehind(beside, [VERIFY, ...trust])]);
  const last = decided.required ?? decided.asked;
  if ((chain || peer) && last?.option.key === 'requirecert') {
    const edit = scope.service.own.includes(last)
      ? replaceOption(last, { name: 'requireCert', value: 'yes' })
      : insertInto(scope, [{ name: 'requireCert', value: 'yes' }]);
    return byFile([edit]);
  }
  const switchedOff = decided.chain?.option.key === 'verifychain' ? decided.chain : undefined;
  return byFile(verifyChain(scope, switchedOff ?? last, trust));
}

/** The server that a service connects to has to show a certificate of somebody trusted, for its name. */
export function verifyServer(scope: Scope, { decided }: Verification, name: Setting | undefined): readonly FileEdits[] {
  const checked = entriesOf(scope, 'checkhost', 'checkip', 'checkemail').length > 0;
  const more: Setting[] = [
    ...(hasAuthorities(scope) ? [] : [{ name: 'CApath', value: SYSTEM_AUTHORITIES }]),
    ...(checked || name === undefined ? [] : [name]),
  ];
  return byFile(verifyChain(scope, decided.chain ?? decided.asked, more));
}

/** Its certificate has to be for that name. */
export function checkName(scope: Scope, { decided }: Verification, name: Setting): readonly FileEdits[] {
  const { chain } = decided;
  const own = chain !== undefined && scope.service.own.includes(chain);
  return byFile([own ? insertBehind(chain, [name]) : insertInto(scope, [name])]);
}
