/** Owns what a user does in a trusted workspace, in the order in which a newcomer would. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert, type Check } from '../checks.ts';
import type { Session } from './session.ts';
import {
  clickLightBulb,
  goTo,
  hoverText,
  openFile,
  problems,
  runCommand,
  showAllProblems,
  showProblems,
  untilNoProblem,
  untilProblem,
} from './workbench.ts';

const root = 'nginx/nginx.conf';
const site = 'nginx/conf.d/site.conf';
/** Words of the finding about nginx; the example of Apache loses an upgrade, too. */
const DROPPED = 'nginx removes';

export function trusted({ page, folder, picture }: Session): readonly Check[] {
  const text = (path: string): Promise<string> => readFile(join(folder, path), 'utf8');
  /** The line, from 1, of the saved file that contains `part`. */
  const lineOf = async (path: string, part: string): Promise<number> => {
    const lines = (await text(path)).split('\n');
    const index = lines.findIndex((line) => line.includes(part));
    assert(index >= 0, `${path} has no ${part}`);
    return index + 1;
  };
  const saveAll = (): Promise<void> => runCommand(page, 'File: Save All');

  return [
    {
      name: 'the Problems panel shows the findings of files that are not open',
      run: async () => {
        await showProblems(page);
        for (const rule of ['certificate-expired', 'certificate-key-mismatch', 'websocket-upgrade-dropped']) {
          await untilProblem(page, rule);
        }
        await showAllProblems(page);
        await openFile(page, site);
        await picture('problems');
      },
    },
    {
      name: 'the mouse on a certificate path shows the certificate',
      run: async () => {
        await goTo(page, await lineOf(site, '/etc/ssl/shop/api.pem'), 1);
        const hover = await hoverText(page, '/etc/ssl/shop/api.pem');
        await hover.getByText('api.example.com').first().waitFor();
        await picture('certificate-hover');
      },
    },
    {
      name: 'the mouse on a cipher string shows its suites',
      run: async () => {
        // Without the panel there is room for the whole hover.
        await runCommand(page, 'View: Hide Panel');
        await openFile(page, root);
        await goTo(page, await lineOf(root, 'ssl_ciphers'), 1);
        const hover = await hoverText(page, 'ECDHE+CHACHA20');
        await hover.getByText('ECDHE-RSA-AES128-GCM-SHA256').first().waitFor();
        await hover.getByText('no forward secrecy').first().waitFor();
        await picture('cipher-hover');
        await showProblems(page);
      },
    },
    {
      name: 'the mouse on a PEM block shows the certificate',
      run: async () => {
        await openFile(page, 'certs/shop.pem');
        // The lens moves the lines when it comes.
        await page
          .locator('.codelens-decoration', { hasText: /used by (server|virtual host) shop\.example\.com/ })
          .first()
          .waitFor();
        const hover = await hoverText(page, 'BEGIN CERTIFICATE');
        await hover.getByText('shop.example.com').first().waitFor();
      },
    },
    {
      name: 'a lens above a block leads to who uses the file',
      run: async () => {
        await page.locator('.codelens-decoration a', { hasText: 'shop.example.com' }).first().click();
        await page.locator('.peekview-widget', { hasText: 'site.conf' }).waitFor();
        await page.keyboard.press('Escape');
      },
    },
    {
      name: 'the Certificates view lists all by urgency, with users, keys and issuers, and opens the block',
      run: async () => {
        await runCommand(page, 'Explorer: Focus on Certificates View');
        // Lines that are scrolled away do not exist, so the files make room.
        const files = page.locator('.pane-header', { hasText: 'examples' });
        await files.click();
        const pane = page.locator('.pane', { has: page.locator('.pane-header', { hasText: 'Certificates' }) });
        const line = (text: string) => pane.locator('.monaco-list-row', { hasText: text });
        await line('api.example.com').getByText('expired').first().waitFor();
        const rows = await pane.locator('.monaco-list-row').allTextContents();
        const order = [
          'Expired',
          'api.example.com',
          'Key does not belong',
          'admin.example.com',
          'Valid',
          'wsslint Example CA',
        ];
        const places = order.map((text) => rows.findIndex((row) => row.startsWith(text)));
        assert(
          places.every((at, i) => at >= 0 && at > (places[i - 1] ?? -1)),
          `the view shows ${rows.join(' | ')}`,
        );
        await line('admin.example.com').first().click();
        await page.locator('.tab.active', { hasText: 'admin.pem' }).waitFor();
        await page.keyboard.press('ArrowRight');
        await line('does not belong to it').waitFor();
        await line('Issued by wsslint Example CA').waitFor();
        await picture('certificates');
        await files.click();
      },
    },
    {
      name: 'the status of the language shows root file and version',
      run: async () => {
        await openFile(page, site);
        await page.locator('#status\\.languageStatus').click();
        await page.locator('.hover-language-status', { hasText: 'nginx/nginx.conf' }).first().waitFor();
        await page.locator('.hover-language-status', { hasText: 'nginx 1.26.3 (wsslint.json)' }).first().waitFor();
        await page.keyboard.press('Escape');
      },
    },
    {
      name: 'an edit of an included file changes the Problems panel',
      run: async () => {
        await openFile(page, 'nginx/snippets/proxy.conf');
        await goTo(page, 2, 1);
        await page.keyboard.type('proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection "upgrade";\n');
        await untilNoProblem(page, DROPPED);
        await runCommand(page, 'File: Revert File');
        await untilProblem(page, DROPPED);
      },
    },
    {
      name: 'the light bulb forwards the upgrade, and the problem goes',
      run: async () => {
        await showAllProblems(page);
        await openFile(page, site);
        await goTo(page, await lineOf(site, 'proxy_pass http://chat'), 12);
        await clickLightBulb(page, 'orward the upgrade', () => picture('light-bulb'));
        await untilNoProblem(page, DROPPED);
        await saveAll();
        await page.locator('.tab.dirty').first().waitFor({ state: 'detached' });
        assert((await text(site)).includes('proxy_set_header Upgrade $http_upgrade;'), 'no header in the saved file');
        assert((await text(root)).includes('map $http_upgrade'), 'no map in the saved nginx.conf');
        await showAllProblems(page);
        await picture('forwarded');
      },
    },
    {
      name: 'Fix All leaves only safe TLS versions',
      run: async () => {
        await openFile(page, root);
        await goTo(page, 1, 1);
        await untilProblem(page, '`ssl_protocols` asks for');
        await runCommand(page, 'Fix All');
        await untilNoProblem(page, '`ssl_protocols` asks for');
        await saveAll();
        await page.locator('.tab.dirty').first().waitFor({ state: 'detached' });
        assert(!/TLSv1(\.1)?[ ;]/.test(await text(root)), 'TLS 1.0 or 1.1 is still in the saved file');
      },
    },
    {
      name: 'the rule id in the Problems panel opens the page of the rule',
      run: async () => {
        const rows = await problems(page, 'certificate-expired');
        await rows.getByText('certificate-expired', { exact: true }).first().click();
        await page.locator('.tab.active', { hasText: 'certificate-expired' }).waitFor();
      },
    },
  ];
}
