/** Owns what `wsslint verify` prints: the path or the reasons, and plainly what was not checked. */
import type { Certificate } from '../certificates/certificate.ts';
import { nameKey } from '../certificates/name-key.ts';
import { moment, type Reason, shortName } from '../certificates/path/reason.ts';
import type { PathVerdict } from '../certificates/path/verify.ts';
import { SNAPSHOT_DATE } from '../certificates/public.ts';
import type { RevocationList } from '../certificates/revocation-list.ts';
import type { VerifyCommand } from './arguments.ts';
import type { Surroundings } from './core.ts';
import { toJson } from './reporters/json.ts';
import { harmless, painter, wantsColours } from './terminal.ts';

/** One file and what came of it. */
export interface Verified {
  /** As the user wrote it. */
  readonly file: string;
  readonly command: VerifyCommand;
  /** The revocation lists that were at hand. */
  readonly lists: readonly RevocationList[];
  readonly verdict: PathVerdict;
}

export function prettyVerdict(verified: Verified, { environment, isTTY }: Surroundings): string {
  const { command, file, verdict } = verified;
  const paint = painter(wantsColours(isTTY, environment));
  const purpose = `${command.name === undefined ? '' : ` for ${command.name}`} as a certificate of a TLS ${command.usage}`;
  const word = isVerified(verdict) ? 'valid' : verdict.valid ? 'valid but for what was not checked,' : 'not valid';
  const lines: string[] = [];
  lines.push(`${paint('bold', harmless(file))}: ${paint(verdict.valid ? 'green' : 'red', word)}${harmless(purpose)}`);
  for (const [at, certificate] of verdict.path.entries()) {
    lines.push(
      `  ${at + 1}  ${harmless(nameOf(certificate))} ${paint('dim', `until ${moment(certificate.notAfter)}`)}`,
    );
    const about = (reasons: readonly Reason[], word: string) => {
      for (const reason of reasons) {
        if (reason.certificate === certificate) lines.push(`     ${word}: ${harmless(reason.text)} [${reason.code}]`);
      }
    };
    about(verdict.reasons, paint('red', 'refused'));
    about(verdict.remarks, paint('yellow', 'remark'));
  }
  if (
    command.ca === undefined &&
    verdict.reasons.some(({ code }) => code === 'issuer-missing' || code === 'root-not-trusted')
  ) {
    lines.push(`  trusted are the public roots (list of ${SNAPSHOT_DATE}); --ca FILE names others`);
  }
  const trust = trustOf(verified);
  if (trust !== undefined) lines.push(`  ${harmless(trust)}`);
  for (const gap of gapsOf(verified)) lines.push(`  ${paint('dim', `not checked: ${harmless(gap)}`)}`);
  return `${lines.join('\n')}\n`;
}

/** The shape is versioned as that of the other reports. */
export function jsonVerdicts(all: readonly Verified[], nowMs: number): string {
  const value = {
    version: 1,
    now: moment(nowMs),
    files: all.map((verified) => {
      const { command, file, verdict } = verified;
      const reason = ({ code, weight, certificate, text }: Reason) => ({
        code,
        weight,
        certificate: verdict.path.indexOf(certificate),
        message: text,
      });
      return {
        file,
        valid: verdict.valid,
        verified: isVerified(verdict),
        usage: command.usage,
        name: command.name,
        path: verdict.path.map(({ subject, issuer, serial, notBefore, notAfter }) => ({
          subject: subject.text,
          issuer: issuer.text,
          serial,
          notBefore: moment(notBefore),
          notAfter: moment(notAfter),
        })),
        trust: trustOf(verified),
        reasons: verdict.reasons.map(reason),
        remarks: verdict.remarks.map(reason),
        notChecked: gapsOf(verified),
      };
    }),
  };
  return `${toJson(value)}\n`;
}

/** Whether every signature up to a trusted key was verified. */
function isVerified({ anchor, valid }: PathVerdict): boolean {
  return valid && anchor?.kind !== 'public-name';
}

/** Why the end of the path is trusted; undefined where it is not. */
function trustOf({ command, verdict }: Verified): string | undefined {
  switch (verdict.anchor?.kind) {
    case undefined:
      return undefined;
    case 'certificate':
      return `trusted: the last certificate, from ${command.ca}`;
    case 'public-key':
      return `trusted: the last certificate has the key of the public root ${verdict.anchor.root.name} (list of ${SNAPSHOT_DATE})`;
    case 'public-name':
      return `trusted: issued in the name of the public root ${verdict.anchor.root.name} (list of ${SNAPSHOT_DATE})`;
  }
}

/** What a reader might think was checked, and was not. */
function gapsOf({ command, lists, verdict }: Verified): readonly string[] {
  const gaps: string[] = [];
  const { path } = verdict;
  const last = path[path.length - 1];
  if (verdict.anchor?.kind === 'public-name' && last !== undefined) {
    gaps.push(
      `the signature of ${nameOf(last)} by that root, of which only name and hash are known here; --ca with its certificate checks it`,
    );
  }
  if (command.name === undefined) gaps.push('whether it is for the name that clients use (--name)');
  const issuers = new Set(lists.map(({ issuer }) => nameKey(issuer)));
  const below = verdict.anchor?.kind === 'public-name' ? path : path.slice(0, -1);
  if (below.some(({ issuer }) => !issuers.has(nameKey(issuer)))) {
    gaps.push('whether a certificate is revoked: there is no revocation list of its issuer among the files');
  }
  return gaps;
}

/** A subject, or where that is empty the first alternative name. */
function nameOf({ san, serial, subject }: Certificate): string {
  return shortName(subject.text || san?.dns[0] || san?.ips[0] || san?.emails[0] || `serial number ${serial}`);
}
