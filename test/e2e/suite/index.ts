/** Owns the suite that runs inside VS Code's extension host, with the same checks on the desktop and in the server. */
import { appendFileSync } from 'node:fs';
import { type CheckResult, runChecks } from '../checks.ts';
import { checks } from './checks.ts';

/** Called by VS Code. Results go, one JSON line each, to the file that WSSLINT_E2E_RESULTS names. */
export async function run(): Promise<void> {
  const results = process.env.WSSLINT_E2E_RESULTS;
  if (results === undefined) throw new Error('WSSLINT_E2E_RESULTS is not set');
  const failed: string[] = [];
  await runChecks(checks, (result: CheckResult) => {
    appendFileSync(results, `${JSON.stringify(result)}\n`);
    if (result.failure !== undefined) failed.push(result.name);
  });
  if (failed.length > 0) throw new Error(`failed: ${failed.join(', ')}`);
}
