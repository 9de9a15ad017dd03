/** Owns what a user does in a trusted workspace, in the order in which a newcomer would. */
import { readFile, rm, writeFile } from 'node:fs/promises';
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

/** The certificate of examples/certs/example-ca.pem, in a PKCS#12 container with a password. */
const CONTAINER = Buffer.from(
  'MIICpwIBAzCCAl0GCSqGSIb3DQEHAaCCAk4EggJKMIICRjCCAkIGCSqGSIb3DQEHBqCCAjMwggIvAgEAMIICKAYJKoZIhvcN' +
    'AQcBMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhIrKPvggBA0AICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQME' +
    'ASoEEBPT6SxAfGA76u18tjoBz9SAggHAmVrqYD5mzE0nQh5yCwulQwkaWdez3W3fQLjaN+hUcIyY9aAY6k2cgpROfM/N+mUC' +
    'gksrleQ6aXMNMi8NMAytAMr6+EYUrp1Bmsqc5irLkJis4RXrtsvVWi6URIZyJ3ThvClhzCQ23KWc80xcn3a8V7/ukEOdraQu' +
    'WtXnhgvgzKnm6t++aStlrREtYbGF6P+mgcQ6gIlUwpJurYBMpIN+4vIJceUbCrr4aEqn0d+0/GqwV5vyo71Fs2BS9EjtTl3+' +
    'Hhrfrra9vXGwGIg6klDaCAQqZ2HvmB9ZcydE896IKpYUFn5b2V0Tluum1w0cRFq9CU4WBaeWuZDYdNiTHNgyj2jJP6g7eMC9' +
    'BEN70HJHSWxmCpt/N94kBbUx1hey61YjcHRyisTNlnYyeRuopQwMMwTSFrQqM0Bg8tEmwDE6PV0nvfb02DIxf2ZjoRgf4sS6' +
    'BVqyMs+7213DSkNnZu2q8rWLgiOXHLTFONe8cr8zLwarGkar1hvxwtn7Q3zlnwidOv294cbjIdJz3JFn7Gt7BUWzJgTk0Mbx' +
    '7TRBmTdFT7YkzrnO4BECBoMU/1lcptKpqJHlhukJHbtn/sffCuGmKDBBMDEwDQYJYIZIAWUDBAIBBQAEIKSgKSDwJ/0nLrE6' +
    'jgKRzgg7Tc5xTWTGQZL7vjMPXsUqBAh4RGfrkbd87gICCAA=',
  'base64',
);
const PASSWORD = 'lion';

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
      name: 'a closed container in the Certificates view asks for its password, and opens with the right one',
      run: async () => {
        const container = join(folder, 'certs/kept.p12');
        await writeFile(container, CONTAINER);
        await runCommand(page, 'Explorer: Focus on Certificates View');
        const files = page.locator('.pane-header', { hasText: 'examples' });
        await files.click();
        const pane = page.locator('.pane', { has: page.locator('.pane-header', { hasText: 'Certificates' }) });
        const line = (words: string) => pane.locator('.monaco-list-row', { hasText: words });
        const closed = line('Closed PKCS#12 containers');
        await closed.first().click();
        await line('needs a password').first().click();
        const input = page.locator('.quick-input-widget input').filter({ visible: true });
        await input.waitFor();
        assert((await input.getAttribute('type')) === 'password', 'the password can be read on the screen');
        await input.fill('tiger');
        await input.press('Enter');
        await page.locator('.quick-input-widget', { hasText: 'No container opens with this password' }).waitFor();
        await input.fill(PASSWORD);
        await input.press('Enter');
        await closed.first().waitFor({ state: 'detached' });
        await rm(container);
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
      name: 'a rule is chosen by words of what it is about',
      run: async () => {
        await runCommand(page, 'wsslint: Explain Rule');
        const input = page.locator('.quick-input-widget input');
        await page.locator('.quick-input-widget', { hasText: 'Explain which rule?' }).waitFor();
        await input.fill('silent WebSocket');
        const row = page.locator('.quick-input-list .monaco-list-row', { hasText: 'websocket-idle-timeout-short' });
        await row.first().click();
        await page.locator('.tab.active', { hasText: 'Preview websocket-idle-timeout-short' }).waitFor();
      },
    },
    {
      name: 'the rule id in the Problems panel opens the page of the rule',
      run: async () => {
        const rows = await problems(page, 'certificate-expired');
        await rows.getByText('certificate-expired', { exact: true }).first().click();
        await page.locator('.tab.active', { hasText: 'Preview certificate-expired' }).waitFor();
      },
    },
  ];
}
