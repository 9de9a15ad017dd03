/** Owns the record of a run of all proofs: on which versions of the servers each rule was proved. */
import { writeFileSync } from 'node:fs';
import { compareVersions, parseVersion } from '../../server/src/model/target.ts';
import { SERVERS, type ServerName } from '../kit/generations.ts';

/** A server that takes part in a proof. */
export interface Participant {
  readonly server: ServerName;
  /** Undefined where it is not there. */
  readonly version: string | undefined;
}

export interface Record {
  /** Announces one run of a proof of a rule; what is never told to have passed has not. */
  expect(rule: string, participants: readonly Participant[]): { passed(): void };
  /** JSON, by rule and server the versions. Throws when a proof did not pass, because the rest would not be the whole truth. */
  write(path: string): void;
}

export function createRecord(): Record {
  const runs: { rule: string; participants: readonly Participant[]; passed: boolean }[] = [];
  return {
    expect(rule, participants) {
      const run = { rule, participants, passed: false };
      runs.push(run);
      return {
        passed() {
          run.passed = true;
        },
      };
    },
    write(path) {
      const open = runs.filter(({ passed }) => !passed);
      if (open.length > 0) throw new Error(`nothing recorded: ${open.length} of ${runs.length} proofs did not pass`);
      const rules = [...new Set(runs.map(({ rule }) => rule))].sort();
      const proved = rules.flatMap((rule) => {
        const participants = runs.filter((run) => run.rule === rule).flatMap((run) => run.participants);
        const servers = SERVERS.flatMap((server) => versionsOf(server, participants));
        return servers.length === 0 ? [] : [[rule, Object.fromEntries(servers)]];
      });
      // Versions in one line, as the formatter of this repository has them.
      const text = JSON.stringify(Object.fromEntries(proved), null, 2).replace(/\[[^\]]*\]/g, (list) =>
        list.replace(/\s+/g, ' ').replace(/^\[ | \]$/g, (end) => end.trim()),
      );
      writeFileSync(path, `${text}\n`);
    },
  };
}

function versionsOf(server: ServerName, participants: readonly Participant[]): [ServerName, string[]][] {
  const mine = participants.flatMap((one) => (one.server === server && one.version !== undefined ? [one.version] : []));
  const inOrder = [...new Set(mine)].sort((a, b) => compareVersions(parseVersion(a) ?? [], parseVersion(b) ?? []));
  return inOrder.length === 0 ? [] : [[server, inOrder]];
}
