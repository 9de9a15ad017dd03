/** Owns the checks with VS Code as a user sees it: one window that is trusted, and one in Restricted Mode. */
import { join } from 'node:path';
import { type Check, type CheckResult, runChecks } from '../checks.ts';
import { restricted } from './restricted.ts';
import { openSession, type Session, type UserOptions } from './session.ts';
import { trusted } from './trusted.ts';

export type { UserOptions } from './session.ts';

/** Rejects only when VS Code itself cannot be opened. */
export async function userChecks(options: UserOptions, tell: (result: CheckResult) => void): Promise<void> {
  await inSession(options, await openSession(options, 'off'), trusted, tell);
  await inSession(options, await restricted.open(options), restricted.checks, tell);
}

/** After a failure there is a picture of what the user would have seen. */
async function inSession(
  options: UserOptions,
  session: Session,
  checksOf: (session: Session) => readonly Check[],
  tell: (result: CheckResult) => void,
): Promise<void> {
  const checks = checksOf(session).map(({ name, run }) => ({
    name,
    run: () =>
      run().catch(async (error: unknown) => {
        const path = join(options.root, 'out', 'e2e', `failed ${name.replace(/[^\w -]/g, '')}.png`);
        await session.page.screenshot({ path });
        throw error;
      }),
  }));
  await runChecks(checks, tell).finally(() => session.close());
}
