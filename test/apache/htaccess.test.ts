/** Owns the proof that a `.htaccess` decides what a host answers just where the model leaves it open. */
import { describe, expect, it } from 'vitest';
import { startApache } from '../kit/apache.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { httpProbe } from '../kit/probes.ts';
import { describeWith } from '../kit/required.ts';
import { load } from './project.ts';

const REDIRECT = 'RewriteEngine On\nRewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]\n';
const folder = (words: string, path = '/var/www/html') =>
  `<Directory ${path}>\n${words}\nOptions +FollowSymLinks\n</Directory>\n`;

/** What the model says, and what is seen. */
const CASES: readonly (readonly [
  title: string,
  main: string,
  host: string,
  htaccess: string,
  claimed: string | undefined,
  seen: number,
])[] = [
  ['nothing says what they may', '', '', REDIRECT, undefined, 500],
  ['AllowOverride None', folder('AllowOverride None', '/var/www'), '', REDIRECT, 'pages', 200],
  ['AllowOverride All', folder('AllowOverride All'), '', REDIRECT, undefined, 301],
  ['of the host', '', folder('AllowOverride FileInfo'), REDIRECT, undefined, 301],
  ['of a folder above', folder('AllowOverride All', '/var/www/'), '', REDIRECT, undefined, 301],
  ['taken back', folder('AllowOverride All', '/var/www') + folder('AllowOverride None'), '', REDIRECT, 'pages', 200],
  ['for other things', folder('AllowOverride AuthConfig Limit'), '', 'Require all granted\n', 'pages', 200],
  ['by name', folder('AllowOverrideList RewriteEngine RewriteRule'), '', REDIRECT, undefined, 301],
  ['of a pattern', folder('AllowOverride All', '/var/www/h*'), '', REDIRECT, undefined, 301],
  ['with nothing that matters', folder('AllowOverride All'), '', 'SetEnv A b\n', 'pages', 200],
];

async function answer(main: string, host: string, htaccess: string) {
  const lines = `${host}ServerName shop.example\nDocumentRoot /var/www/html\n`;
  const files = {
    'apache2.conf': `ServerRoot /etc/apache2\nListen 80\n${main}<VirtualHost *:80>\n${lines}</VirtualHost>\n`,
    '/var/www/html/.htaccess': htaccess,
    '/var/www/html/index.html': 'hello',
  };
  const { 'apache2.conf': text, ...pages } = files;
  const plain = load({ '/etc/apache2/apache2.conf': text, ...pages }).model.sites[0]?.plainAnswer;
  // Access is given by the main server of packages, which the kit has not.
  const granted = `<Directory />\nRequire all granted\n</Directory>\n`;
  const server = await startApache({ files: { ...files, 'apache2.conf': granted + text } });
  const { status } = await httpProbe({ port: server.port(80), host: 'shop.example', path: '/index.html' });
  await server.stop();
  return { claimed: plain?.known === true ? plain.value : undefined, status };
}

function onEach(generation: Generation): void {
  it.each(CASES)('%s', (_, main, host, htaccess, claimed, seen) =>
    onGeneration(generation, async () => {
      expect(await answer(main, host, htaccess)).toEqual({ claimed, status: seen });
    }),
  );
}

describeWith('apache', 'the installed Apache', () => onEach('installed'));
describe('other generations', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite));
});

it('a folder that cannot be seen may have one', () => {
  const text = `Listen 80\n${folder('AllowOverride All', '/srv/web')}<VirtualHost *:80>\nServerName a\nDocumentRoot /srv/web\n</VirtualHost>\n`;
  expect(load({ '/project/apache2.conf': text }).model.sites[0]?.plainAnswer.known).toBe(false);
  expect(load({ '/project/apache2.conf': text, '/srv/web/index.html': 'x' }).model.sites[0]?.plainAnswer.known).toBe(
    true,
  );
});
