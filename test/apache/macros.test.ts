/** Owns macros: that they come to what Apache makes of them, where findings in them are told, and what is not edited. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { own, placeOf, placeOfArgs, value } from '../../server/src/languages/apache/scope.ts';
import { endpointsOf, routesOf } from '../../server/src/model/model.ts';
import { startApache } from '../kit/apache.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { httpProbe } from '../kit/probes.ts';
import { describeWith } from '../kit/required.ts';
import { host, load, main, read } from './project.ts';

const SEED = 20261130;
const HOSTS = 30;

/** Names that are a part of each other, and of what stands around them. */
const NAMES = ['$a', '$ab', '$abc', '$b', 'x1', '%v', '${c}'];
const VALUES = ['one', '"two words"', '$a', "'it\\'s'", '""', 'b', '1', '"a\\\\b"'];
const PIECES = ['$a', '$ab', '$abc', '$b', '$d', 'x1', '-', 'b', 'c', ' ', '{$a}'];

interface Case {
  readonly names: readonly string[];
  readonly values: readonly string[];
  readonly pieces: readonly string[];
  readonly quoted: boolean;
}

const cases: fc.Arbitrary<Case> = fc.record({
  names: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 }),
  values: fc.array(fc.constantFrom(...VALUES), { minLength: 4, maxLength: 4 }),
  pieces: fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 6 }),
  quoted: fc.boolean(),
});

const nameOf = (i: number): string => `host${i}.example`;

/** A host each, whose answers say what the macro came to; `@q` brings its own quotes along. */
function textOf(all: readonly Case[]): string {
  const parts = all.map(({ names, values, pieces, quoted }, i) => {
    const parameters = quoted ? ['@q', ...names] : names;
    const body = quoted ? '@q' : `"<${pieces.join('')}>"`;
    const used = values.slice(0, parameters.length).concat('one').slice(0, parameters.length);
    return `<Macro M${i} ${parameters.map((name) => `"${name}"`).join(' ')}>
    Header always set X-Macro ${body}
</Macro>
<VirtualHost *:80>
    ServerName ${nameOf(i)}
    Use m${i} ${used.join(' ')}
</VirtualHost>
`;
  });
  return `Listen 80\n${parts.join('')}`;
}

async function seenIn(text: string, hosts: readonly string[]): Promise<readonly (string | undefined)[]> {
  const server = await startApache({ files: { 'apache2.conf': text } });
  try {
    return await Promise.all(
      hosts.map(async (name) => (await httpProbe({ port: server.port(80), host: name })).headers.get('x-macro')),
    );
  } finally {
    await server.stop();
  }
}

const claimedIn = (text: string): readonly (string | undefined)[] =>
  read(text)
    .scopes.filter(({ key }) => key === 'virtualhost')
    .map((scope) => {
      const line = own(scope, 'header').at(-1);
      return line === undefined ? undefined : value(line, 3);
    });

/** mod_headers writes quotes and backslashes of values as they are; the wire keeps no white space at the ends. */
const onWire = (text: string | undefined): string | undefined => text?.trim();

const NESTED = `Listen 80
Define D there
<Macro Inner $x>
    Header always set X-Macro "inner $x \${D} \${$x}"
</Macro>
<Macro Outer $m $x>
    Use $m $x
</Macro>
<Macro Host $name>
    <VirtualHost *:80>
        ServerName $name
        <IfDefine D>
            Use Outer Inner D
        </IfDefine>
    </VirtualHost>
</Macro>
<Macro Again $x>
    Header always set X-Macro "first"
</Macro>
<Macro Again $x>
    $x always set X-Macro "second"
</Macro>
Use Host a.example
<VirtualHost *:80>
    ServerName b.example
    Use again Header
</VirtualHost>
`;

function onEach(generation: Generation): void {
  it('generated macros', () =>
    onGeneration(generation, async () => {
      const texts = fc.sample(fc.array(cases, { minLength: HOSTS, maxLength: HOSTS }), { seed: SEED, numRuns: 2 });
      for (const all of texts) {
        const text = textOf(all);
        const seen = await seenIn(
          text,
          all.map((_, i) => nameOf(i)),
        );
        expect(claimedIn(text).map(onWire)).toEqual(seen);
      }
    }));

  it('macros in macros, with sections, conditions and values', () =>
    onGeneration(generation, async () => {
      expect(claimedIn(NESTED)).toEqual(['inner D there there', 'second']);
      expect(await seenIn(NESTED, ['a.example', 'b.example'])).toEqual(['inner D there there', 'second']);
    }));
}

describeWith('apache', 'the installed Apache', () => onEach('installed'));
describe('other generations', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite));
});

describe('findings', () => {
  const text = `Listen 443
<Macro Tls $name $cert $versions>
SSLCertificateFile $cert
SSLProtocol $versions
ProxyPass /ws http://app:3000/ws
SSLCipherSuite HIGH
</Macro>
<VirtualHost *:443>
ServerName shop.example
SSLEngine on
Use Tls shop.example /tmp/a.pem "-all +TLSv1.2"
</VirtualHost>
`;

  it('stand at the value of the use, or in the text of the macro', () => {
    const { scopes } = read(text);
    const scope = scopes.find(({ key }) => key === 'virtualhost');
    if (scope === undefined) throw new Error('no host');
    const shown = (name: string, arg?: number) =>
      own(scope, name).map((entry) => {
        const { file, span } = arg === undefined ? placeOf(entry) : placeOfArgs(entry, arg, arg);
        return [file, text.slice(span.start, span.end)];
      });
    const id = '/project/apache2.conf';
    expect(shown('sslcertificatefile', 0)).toEqual([[id, '/tmp/a.pem']]);
    expect(shown('proxypass')).toEqual([[id, 'ProxyPass /ws http://app:3000/ws']]);
    expect(shown('sslciphersuite', 0)).toEqual([[id, 'HIGH']]);
    expect(shown('sslprotocol')).toEqual([[id, 'SSLProtocol $versions']]);
    expect(shown('sslprotocol', 0)).toEqual([[id, '"-all +TLSv1.2"']]);
  });

  it('are mended in the text of the macro, never in the line that uses it', () => {
    const project = main(text);
    const [endpoint] = endpointsOf(project.model);
    const [route] = routesOf(project.model);
    if (endpoint === undefined || route === undefined) throw new Error('no site');
    expect(endpoint.versions).toMatchObject({ known: true, value: ['TLSv1.2'] });
    expect(project.realize({ kind: 'set-tls-versions', endpoint, versions: ['TLSv1.2', 'TLSv1.3'] })).toBeUndefined();
    const edits = project.realize({ kind: 'forward-upgrade', route })?.flatMap((one) => one.edits);
    expect(edits?.map(({ newText }) => newText)).toEqual([' upgrade=websocket']);
  });

  const problems = (lines: string) =>
    main(`ServerRoot /x\n${host(lines)}`).model.problems.map(({ rule, message }) => `${rule} ${message}`);
  const MACRO = '<Macro One $x>\nSSLProtocol $x\n</Macro>\n';

  it.each([
    ['Use Other x', 'no macro of this name is defined before it'],
    [`Use One x\n${MACRO}`, 'no macro of this name is defined before it'],
    [`${MACRO}Use One`, 'the macro takes 1 values, and gets 0'],
    [`${MACRO}Use One a b`, 'the macro takes 1 values, and gets 2'],
    ['<Macro One>\nUse One\n</Macro>\nUse One', 'the macro uses itself'],
  ])('%s', (lines, message) => {
    const [name] = /(?<=Use )\w+/.exec(lines) ?? [];
    expect(problems(lines)).toEqual([`config-syntax \`Use ${name}\`: ${message}, and Apache does not start`]);
  });

  it.each([
    [`${MACRO}<IfDefine X>\n${MACRO}</IfDefine>\nUse One all`, 'a condition decides which macro it is'],
    ['IncludeOptional ${WHERE}/*.conf\nUse Other x', 'it may be in a file that is not there'],
    [`${MACRO}UndefMacro One\n<IfDefine X>\nUse One x\n</IfDefine>`, 'nobody may use it'],
  ])('%s: %s', (lines) => {
    expect(problems(lines).filter((one) => one.startsWith('config-syntax'))).toEqual([]);
  });

  it('twice as many uses in each macro end somewhere', () => {
    const macros = Array.from({ length: 30 }, (_, i) => `<Macro M${i + 1}>\nUse M${i}\nUse M${i}\n</Macro>\n`);
    const { model } = load({ '/project/apache2.conf': `<Macro M0>\nX\n</Macro>\n${macros.join('')}Use M30\n` });
    expect(model.unseen.map(({ what }) => what)).toEqual(['the rest of a very large configuration']);
  });
});
