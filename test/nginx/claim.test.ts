/** Owns the proof of which files are taken for nginx's. */
import { expect, it } from 'vitest';
import { claimNginx } from '../../server/src/languages/nginx/claim.ts';

const SITE = 'server {\n    listen 80;\n}\n';
const INIT = '#!/bin/sh\nif [ -f /etc/x ]; then\n\t. /etc/x\nfi\nroot /srv;\n';
const COMPLETION = `complete() {
  if [[ $\{COMP_WORDS[lastw]} == x ]]; then
    set -- $1
  fi
}
`;
const LUA =
  'server {\n    listen 80;\n    content_by_lua_block {\n        ngx.exit()\n        if x then return end\n    }\n}\n';

it.each([
  ['/etc/nginx/nginx.conf', '', true],
  ['/srv/app.conf', SITE, true],
  ['/etc/nginx/sites-available/shop', SITE, true],
  ['/etc/nginx/sites-available/shop.example', SITE, true],
  ['/etc/nginx/snippets/lua.conf', LUA, true],
  ['/srv/app.conf', 'key = value\n', false],
  ['/srv/app.cfg', SITE, false],
  ['/etc/postgresql/postgresql.conf', "ssl = on\n# off; unless\ninclude_dir = 'conf.d'\n", false],
  ['/etc/init.d/nginx', INIT, false],
  ['/etc/default/nginx', '# ulimit\nULIMIT="-n 4096"\n', false],
  ['/usr/share/sdk/completion.inc', COMPLETION, false],
  ['/srv/sites.conf', '<VirtualHost *:80>\n  ServerName a\n</VirtualHost>\ninclude x;\n', false],
])('%s is nginx’s: %s', (path, text, expected) => {
  expect(claimNginx(path, () => text)).toBe(expected);
});
