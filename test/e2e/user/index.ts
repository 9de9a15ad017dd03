/** Owns the checks with VS Code as a user sees it. */
import type { CheckResult } from '../checks.ts';
import type { WebInstallation } from '../rig/web-install.ts';

export interface UserOptions {
  readonly root: string;
  readonly vsix: string;
  readonly screenshots?: string;
  readonly installation: WebInstallation;
  readonly chromium: string;
}

export async function userChecks(_options: UserOptions, _tell: (result: CheckResult) => void): Promise<void> {}
