/** Owns the proof that the host that the model names as the first of an address is the one that answers unknown names. */
import { describe, expect, it } from 'vitest';
import { startApache } from '../kit/apache.ts';
import { sharedAuthority } from '../kit/authority.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { httpProbe } from '../kit/probes.ts';
import { describeWith } from '../kit/required.ts';
import { load } from './project.ts';

const host = (name: string, address = '*:443', more = '') => `<VirtualHost ${address}>
${name === '' ? '' : `ServerName ${name}.example`}
SSLEngine on
SSLCertificateFile site.pem
SSLCertificateKeyFile site.key
Header always set X-Host "${name || 'nameless'}"
${more}
</VirtualHost>
`;

/** Each with the host that the model is sure of; undefined where it cannot be known. */
const CONFIGURATIONS: readonly (readonly [title: string, text: string, first: string | undefined])[] = [
  ['the first one', host('a') + host('b'), 'a'],
  ['in the order of includes', 'Include sites/*.conf\n', 'a'],
  ['one for this port before one for all', host('a', '*:*') + host('b'), 'b'],
  ['_default_ is nothing else than *', host('a', '_default_:443') + host('b', '*:443'), 'a'],
  ['several addresses', host('a', '*:8443 *:443') + host('b'), 'a'],
  ['without a name', host('') + host('b'), 'nameless'],
  ['one for all names', host('a') + host('b', '*:443', 'ServerAlias *'), undefined],
  ['SSLStrictSNIVHostCheck', host('a', '*:443', 'SSLStrictSNIVHostCheck on') + host('b'), undefined],
  ['a condition', `<IfDefine X>\n${host('a')}</IfDefine>\n${host('b')}`, undefined],
];

async function answers(text: string) {
  const { chain, key } = await (await sharedAuthority()).issue({ names: ['a.example', 'b.example'] });
  const files = {
    'apache2.conf': `Listen 443\nListen 8443 http\n${text}`,
    'sites/1.conf': host('a'),
    'sites/2.conf': host('b'),
    'site.pem': chain,
    'site.key': key,
  };
  const { sites } = load(
    Object.fromEntries(Object.entries(files).map(([name, body]) => [`/etc/apache2/${name}`, body])),
  ).model;
  // The kit's server is on 127.0.0.1.
  const here = (label: string) =>
    [/127\.0\.0\.1:443/, /(\*|_default_):443/, /\*:\*/].findIndex((one) => one.test(label));
  const all = sites.flatMap(({ names, listeners }) =>
    listeners.flatMap(({ label, answersUnknownNames: fact }) =>
      here(label) < 0 ? [] : [{ name: names[0]?.name.replace('.example', '') ?? 'nameless', rank: here(label), fact }],
    ),
  );
  const nearest = all.filter(({ rank }) => rank === Math.min(...all.map((one) => one.rank)));
  const claimed = nearest.every(({ fact }) => fact.known)
    ? nearest.find(({ fact }) => fact.known && fact.value)?.name
    : undefined;
  const server = await startApache({ files });
  const port = server.port(443);
  const seen = await Promise.all(
    [true, { servername: 'foreign.example' }].map(async (tls) => {
      const answer = await httpProbe({ port, tls, host: 'foreign.example' });
      return answer.headers.get('x-host');
    }),
  );
  await server.stop();
  return { claimed, seen };
}

function onEach(generation: Generation): void {
  it.each(CONFIGURATIONS)('%s', (_, text, first) =>
    onGeneration(generation, async () => {
      const { claimed, seen } = await answers(text);
      expect(claimed).toBe(first);
      if (first !== undefined) expect(seen).toEqual([first, first]);
    }),
  );
}

describeWith('apache', 'the installed Apache', () => onEach('installed'));
describe('other generations', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite));
});
