/** Owns what Restricted Mode means: nothing outside the workspace is read until the user trusts it. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assert, type Check } from '../checks.ts';
import { openSession, type Session, type UserOptions } from './session.ts';
import { openFile, runCommand, showProblems, untilNoProblem, untilProblem } from './workbench.ts';

const site = 'nginx/conf.d/outside.conf';

/** Adds a server whose expired certificate lies beside the workspace, not in it. */
async function certificateOutside(folder: string): Promise<void> {
  const outside = join(dirname(folder), 'outside');
  await mkdir(outside);
  for (const name of ['api.pem', 'api.example-only.key']) await cp(join(folder, 'certs', name), join(outside, name));
  const text = await readFile(join(folder, 'nginx', 'conf.d', 'site.conf'), 'utf8');
  const api = text.split(/^(?=server \{)/m).find((block) => block.includes('api.example.com'));
  assert(api !== undefined, 'the examples have no server for api.example.com');
  const moved = api.replaceAll('/etc/ssl/shop/', `${outside}/`).replace('api.example.com', 'outside.example.com');
  await writeFile(join(folder, site), moved);
}

/** Part of the finding that needs the certificate outside. */
const expiredOutside = 'presented by server outside.example.com';

export const restricted = {
  open: (options: UserOptions): Promise<Session> => openSession(options, 'asked', certificateOutside),

  checks: ({ page }: Session): readonly Check[] => [
    {
      name: 'Restricted Mode finds faults inside the workspace, and reads nothing outside',
      run: async () => {
        await page.getByText('Restricted Mode').first().waitFor();
        await openFile(page, site);
        await showProblems(page);
        await untilProblem(page, 'site.conf');
        // Findings of all files come from one lint of the project, so those of this file would be there too.
        await untilNoProblem(page, expiredOutside);
      },
    },
    {
      name: 'once the workspace is trusted, the certificate outside is read',
      run: async () => {
        await runCommand(page, 'Workspaces: Manage Workspace Trust');
        await page.locator('.workspace-trust-editor').getByText('Trust', { exact: true }).first().click();
        await untilProblem(page, expiredOutside);
      },
    },
  ],
};
