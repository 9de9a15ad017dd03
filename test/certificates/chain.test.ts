/** Owns the proof that issuers and chains are found: by name, key identifier and signature, in bounded time. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Certificate } from '../../server/src/certificates/certificate.ts';
import { chainOf, createIssuerPool, isSelfSigned, issuance } from '../../server/src/certificates/chain.ts';
import { readPemFile } from '../../server/src/certificates/file.ts';
import { nameKey } from '../../server/src/certificates/name-key.ts';
import { createAuthority, selfSigned } from '../kit/authority.ts';
import { withCpuTime } from '../kit/cpu.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { describeWith } from '../kit/required.ts';

/** The certificates of PEM texts, in their order. */
function certificates(...texts: readonly string[]): Certificate[] {
  return readPemFile(texts.join(''), () => new Uint8Array()).items.flatMap((item) =>
    item.kind === 'certificate' ? [item.certificate] : [],
  );
}
function one(text: string): Certificate {
  const [certificate] = certificates(text);
  if (certificate === undefined) throw new Error('no certificate');
  return certificate;
}
const names = (path: readonly Certificate[]) => path.map(({ subject }) => subject.text);

describe('the issuer', () => {
  it.each(['rsa2048', 'p256', 'ed25519'] as const)('is known by its signature (%s)', async (key) => {
    const root = await createAuthority({ key });
    const namesake = await createAuthority({ key });
    const leaf = one((await root.issue({ names: ['a.example'] })).certificate);
    expect(issuance(one(root.certificate), leaf)).toBe('signed');
    expect(issuance(one(namesake.certificate), leaf)).toBe('no');
    expect(issuance(leaf, leaf)).toBe('no');
    expect(isSelfSigned(one(root.certificate))).toBe(true);
    expect(isSelfSigned(leaf)).toBe(false);
  });

  it('is not one with another name or another kind of key', async () => {
    const root = await createAuthority({ commonName: 'one' });
    const leaf = one((await root.issue({ names: ['a.example'] })).certificate);
    const certificate = one(root.certificate);
    expect(issuance({ ...certificate, subject: leaf.subject }, leaf)).toBe('no');
    const rsa = one((await createAuthority({ commonName: 'one', key: 'rsa2048' })).certificate);
    expect(issuance(rsa, leaf)).toBe('no');
  });

  it('is plausible where the signature is of an unknown kind, unless key identifiers differ', async () => {
    const root = one((await createAuthority()).certificate);
    const curve = { ...root, publicKey: { ...root.publicKey, curve: 'secp256k1' } };
    const leaf = { ...root };
    expect(issuance(curve, leaf)).toBe('plausible');
    expect(issuance({ ...curve, subjectKeyId: '00' }, leaf)).toBe('no');
    expect(issuance({ ...curve, subjectKeyId: undefined }, leaf)).toBe('plausible');
  });

  it('is looked for among namesakes by key identifier first', async () => {
    const authorities = await Promise.all([createAuthority(), createAuthority(), createAuthority()]);
    const roots = certificates(...authorities.map(({ certificate }) => certificate));
    const leaf = one((await authorities[2].issue({ names: ['a.example'] })).certificate);
    const pool = createIssuerPool(roots);
    expect([...pool.namedLikeIssuer(leaf)]).toEqual([roots[2], roots[0], roots[1]]);
    expect(pool.issuersOf(leaf)).toEqual([roots[2]]);
  });
});

describe('names', () => {
  it('are the same without regard to blanks, case and the kind of string', () => {
    const name = (tag: number, value: string) => {
      const text = Buffer.from(value);
      const pair = [0x06, 3, 0x55, 4, 3, tag, text.length, ...text];
      const length = pair.length;
      return { der: Uint8Array.from([0x30, length + 4, 0x31, length + 2, 0x30, length, ...pair]) };
    };
    const key = nameKey(name(0x0c, 'Example CA'));
    expect(nameKey(name(0x13, ' example  ca'))).toBe(key);
    expect(nameKey(name(0x0c, 'ExampleCA'))).not.toBe(key);
    expect(nameKey(name(0x0c, 'Éxample CA'))).not.toBe(nameKey(name(0x0c, 'éxample CA')));
    expect(nameKey(name(0x04, 'Example CA'))).not.toBe(key);
  });
});

describe('a chain', () => {
  it('is followed to the root, whatever the order', async () => {
    const root = await createAuthority({ commonName: 'root' });
    const outer = await root.intermediate({ commonName: 'outer' });
    const inner = await outer.intermediate({ commonName: 'inner' });
    const [leaf, ...above] = certificates((await inner.issue({ names: ['a.example'] })).chain, root.certificate);
    const stranger = one((await selfSigned({ names: ['b.example'] })).certificate);
    if (leaf === undefined) throw new Error('no leaf');
    const all = chainOf(leaf, [stranger, ...above.toReversed(), leaf]);
    expect(names(all.path)).toEqual(['CN=a.example', 'CN=inner', 'CN=outer', 'CN=root']);
    expect(all).toMatchObject({ end: 'self-signed', unrelated: [stranger] });
    const gap = chainOf(leaf, above.slice(1));
    expect(gap).toMatchObject({ path: [leaf], end: 'issuer-missing', unrelated: above.slice(1) });
    expect(chainOf(leaf, above.slice(0, 2)).end).toBe('issuer-missing');
  });

  it('of a certificate that signed itself is that alone', async () => {
    const [leaf, other] = certificates(
      (await selfSigned({ names: ['a.example'] })).certificate,
      (await createAuthority()).certificate,
    );
    if (leaf === undefined || other === undefined) throw new Error('no certificates');
    expect(chainOf(leaf, [other])).toEqual({ path: [leaf], end: 'self-signed', unrelated: [other] });
  });
});

describeWith('openssl', 'a chain with cross-signing', () => {
  it('relates all that signed a key, and ends in a cycle', () => {
    const { path: folder } = temporaryFolder();
    const openssl = (...args: readonly string[]) =>
      execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    for (const name of ['a', 'b', 'leaf']) {
      openssl(
        'req',
        '-newkey',
        'ed25519',
        '-noenc',
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
        '-subj',
        `/CN=${name}`,
      );
    }
    writeFileSync(join(folder, 'ca.ext'), 'basicConstraints=critical,CA:TRUE\n');
    const sign = (name: string, by: string, out: string) =>
      openssl(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-out',
        out,
        '-days',
        '30',
        '-extfile',
        'ca.ext',
        ...(by === '' ? ['-key', `${name}.key`] : ['-CA', by, '-CAkey', `${by[0]}.key`]),
      );
    sign('a', '', 'a.pem');
    sign('b', '', 'b.pem');
    sign('a', 'b.pem', 'ab.pem');
    sign('b', 'a.pem', 'ba.pem');
    sign('leaf', 'a.pem', 'leaf.pem');
    const read = (name: string) =>
      one(execFileSync('openssl', ['x509', '-in', name], { cwd: folder, encoding: 'utf8' }));
    const [leaf, a, ab, b, ba] = [read('leaf.pem'), read('a.pem'), read('ab.pem'), read('b.pem'), read('ba.pem')];
    expect(chainOf(leaf, [ab, b, a])).toMatchObject({ path: [leaf, ab, b], end: 'self-signed', unrelated: [] });
    expect(chainOf(leaf, [a, ab, b])).toMatchObject({ path: [leaf, a], end: 'self-signed', unrelated: [] });
    expect(chainOf(leaf, [ab, ba])).toMatchObject({ path: [leaf, ab, ba], end: 'cycle', unrelated: [] });
  });
});

describe('thousands of namesakes', () => {
  it('cost a bounded number of signatures', async () => {
    const root = await createAuthority({ commonName: 'same' });
    const inner = await root.intermediate({ commonName: 'same' });
    const [leaf, above] = certificates((await inner.issue({ commonName: 'same', names: ['a.example'] })).chain);
    if (leaf === undefined || above === undefined) throw new Error('no certificates');
    const crowd = Array.from({ length: 3000 }, (_, i) => {
      const der = Uint8Array.from(above.der);
      der[der.length - 1 - (i & 31)] = i >> 5;
      return { ...above, der };
    });
    const { milliseconds, result } = withCpuTime(() => chainOf(leaf, crowd));
    expect(milliseconds).toBeLessThan(2000);
    const { path } = result;
    expect(path.length).toBeLessThanOrEqual(40);
  }, 20_000);
});
