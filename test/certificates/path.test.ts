/** Owns the proof that paths are found and refused as RFC 5280 and RFC 9525 say, with the right reason, in bounded steps. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Certificate, readCertificate } from '../../server/src/certificates/certificate.ts';
import { type PathQuestion, type PathVerdict, verifyPath } from '../../server/src/certificates/path/verify.ts';
import { publicRoots } from '../../server/src/certificates/public.ts';
import { readRevocationList } from '../../server/src/certificates/revocation-list.ts';
import { withCpuTime } from '../kit/cpu.ts';
import { type Making, make, makeList, NOW, newKey } from './maker.ts';

const [rootKey, innerKey, otherKey, leafKey] = [newKey(), newKey(), newKey(), newKey()];
const CA = { ca: true, keyUsage: 0x06 } as const;

function root(more: Partial<Making> = {}): Certificate {
  return make({ subject: 'root', issuer: 'root', key: rootKey, signer: rootKey, ...CA, ...more }).certificate;
}
function inner(more: Partial<Making> = {}): Certificate {
  return make({ subject: 'inner', issuer: 'root', key: innerKey, signer: rootKey, ...CA, ...more }).certificate;
}
function leaf(more: Partial<Making> = {}): Certificate {
  return make({
    subject: 'a.example',
    issuer: 'inner',
    key: leafKey,
    signer: innerKey,
    ca: false,
    keyUsage: 0x80,
    purposes: [1],
    names: ['a.example'],
    ...more,
  }).certificate;
}
function judge(more: Partial<PathQuestion> = {}): PathVerdict {
  return verifyPath({
    leaf: leaf(),
    intermediates: [inner()],
    roots: [root()],
    usage: 'server',
    names: [],
    now: NOW,
    lists: [],
    strict: false,
    ...more,
  });
}
const codes = ({ reasons }: PathVerdict) => reasons.map(({ code }) => code);
const subjects = ({ path }: PathVerdict) => path.map(({ subject }) => subject.text.slice(3));

describe('a path', () => {
  it('that is right is valid', () => {
    const verdict = judge({ names: ['a.example', 'A.EXAMPLE.'] });
    expect(verdict).toMatchObject({ valid: true, anchor: { kind: 'certificate' }, reasons: [] });
    expect(subjects(verdict)).toEqual(['a.example', 'inner', 'root']);
  });

  it('may end at any trusted certificate, the leaf too', () => {
    const own = inner();
    expect(subjects(judge({ intermediates: [], roots: [own] }))).toEqual(['a.example', 'inner']);
    const alone = leaf();
    const old = { ...alone, signatureAlgorithm: 'sha1WithRSAEncryption' };
    expect(judge({ leaf: old, intermediates: [], roots: [old] }).valid).toBe(true);
    expect(codes(judge({ leaf: old }))).toContain('weak-signature');
    expect(judge({ leaf: alone, intermediates: [], roots: [alone] })).toMatchObject({ valid: true, path: [alone] });
  });

  it.each<[string, Partial<PathQuestion>, string[]]>([
    ['without its intermediate', { intermediates: [] }, ['issuer-missing']],
    [
      'to a root that is not trusted',
      { intermediates: [inner(), root({ serial: 5 })], roots: [] },
      ['root-not-trusted'],
    ],
    ['with an expired leaf', { leaf: leaf({ notAfter: NOW - 1000 }) }, ['expired']],
    ['with a leaf of tomorrow', { leaf: leaf({ notBefore: NOW + 1000 }) }, ['not-yet-valid']],
    ['with an expired intermediate', { intermediates: [inner({ notAfter: NOW - 1000 })] }, ['expired']],
    ['with an expired root', { roots: [root({ notAfter: NOW - 1000 })] }, ['expired']],
    ['with a signature by another key', { leaf: leaf({ signer: otherKey }) }, ['signature-wrong']],
    ['through no authority', { intermediates: [inner({ ca: false })] }, ['not-an-authority']],
    [
      'through a certificate without basicConstraints',
      { intermediates: [inner({ ca: undefined })] },
      ['not-an-authority'],
    ],
    ['through an authority that may not sign', { intermediates: [inner({ keyUsage: 0x80 })] }, ['key-usage']],
    ['longer than its root allows', { roots: [root({ pathLength: 0 })] }, ['path-length']],
    ['with more intermediates than allowed', { maxIntermediates: 0 }, ['chain-too-long']],
    ['with an unknown critical extension', { leaf: leaf({ unknown: true }) }, ['critical-extension']],
    ['for clients', { leaf: leaf({ purposes: [2] }) }, ['usage']],
    ['for servers', { usage: 'client' }, ['usage']],
    ['through an authority for clients', { intermediates: [inner({ purposes: [2] })] }, ['usage']],
    ['with a key that may not sign', { leaf: leaf({ keyUsage: 0x02 }) }, ['key-usage']],
    ['with another name', { names: ['b.example'] }, ['name-mismatch']],
    ['without names', { leaf: leaf({ names: undefined }) }, ['no-names']],
    ['without a policy that is demanded', { intermediates: [inner({ requirePolicy: 0 })] }, ['policy-missing']],
    [
      'with a policy that its authority has not',
      { intermediates: [inner({ requirePolicy: 0, policies: [1] })], leaf: leaf({ policies: [2] }) },
      ['policy-missing'],
    ],
  ])('%s is refused', (_, more, expected) => {
    const verdict = judge(more);
    expect(codes(verdict)).toEqual(expected);
    expect(verdict.valid).toBe(false);
  });

  it('with the policy that is demanded is valid', () => {
    const intermediates = [inner({ requirePolicy: 0, policies: [1] })];
    expect(judge({ intermediates, leaf: leaf({ policies: [2, 1] }) }).valid).toBe(true);
  });

  it('keeps what only breaks a profile for the strict', () => {
    const leaves = leaf({ purposes: undefined });
    expect(judge({ leaf: leaves })).toMatchObject({ valid: true, reasons: [] });
    expect(judge({ leaf: leaves }).remarks.map(({ code }) => code)).toContain('usage');
    expect(judge({ leaf: leaves, strict: true })).toMatchObject({ valid: false, remarks: [] });
  });

  it('goes around an authority that is no good', () => {
    const expired = inner({ notAfter: NOW - 1000 });
    const good = inner();
    for (const intermediates of [
      [expired, good],
      [good, expired],
    ]) {
      expect(judge({ intermediates })).toMatchObject({
        valid: true,
        path: [expect.anything(), good, expect.anything()],
      });
    }
  });
});

describe('public roots', () => {
  const site = leaf();

  it('are known by their names, and their signatures are not verified', () => {
    const [known] = publicRoots().filter(({ keyId }) => keyId !== undefined);
    const middle = inner();
    const named = { ...middle, authorityKeyId: known?.keyId, issuer: { ...middle.issuer, text: known?.name ?? '' } };
    const verdict = judge({ leaf: site, intermediates: [named], roots: undefined });
    expect(verdict).toMatchObject({ valid: true, anchor: { kind: 'public-name', root: known }, path: [site, named] });
    const other = { ...named, authorityKeyId: '00' };
    expect(codes(judge({ leaf: site, intermediates: [other], roots: undefined }))).toEqual(['issuer-missing']);
    expect(codes(judge({ leaf: site, intermediates: [middle, root()], roots: undefined }))).toEqual([
      'root-not-trusted',
    ]);
  });
});

describe('name constraints', () => {
  it.each<[string, Partial<Making>, readonly string[], boolean]>([
    ['permits the domain and all below', { permitted: { dns: ['example'] } }, ['a.example', 'b.c.example'], true],
    ['permits no other', { permitted: { dns: ['example'] } }, ['a.example', 'a.notexample'], false],
    ['excludes', { excluded: { dns: ['a.example'] } }, ['b.a.example'], false],
    ['excludes a name that a wildcard stands for', { excluded: { dns: ['a.example'] } }, ['*.example'], false],
    ['leaves a wildcard beside it', { excluded: { dns: ['b.a.example'] } }, ['*.example'], true],
    ['does not permit a wildcard above it', { permitted: { dns: ['a.example'] } }, ['*.example'], false],
    ['permits by addresses', { permitted: { ips: [[10, 0, 0, 0, 255, 0, 0, 0]] } }, ['10.1.2.3', 'x.test'], true],
    ['refuses by addresses', { permitted: { ips: [[10, 0, 0, 0, 255, 0, 0, 0]] } }, ['11.1.2.3'], false],
    ['permits a mailbox', { permitted: { emails: ['example'] } }, ['a@example', 'a.example'], true],
    ['refuses a mailbox below', { permitted: { emails: ['example'] } }, ['a@b.example'], false],
    ['permits by subject', { permitted: { directory: ['A.EXAMPLE'] } }, ['a.example'], true],
    ['refuses by subject', { permitted: { directory: ['other'] } }, ['a.example'], false],
    ['refuses everything', { excluded: { dns: [''] } }, ['a.example'], false],
  ])('%s', (_, constraints, names, valid) => {
    const verdict = judge({ intermediates: [inner(constraints)], leaf: leaf({ names }) });
    expect(codes(verdict)).toEqual(valid ? [] : ['constraint-violated']);
  });

  it('that mean nothing are refused', () => {
    const intermediates = [inner({ permitted: { dns: ['*.example'] } })];
    expect(codes(judge({ intermediates }))).toContain('constraint-unknown');
  });
});

describe('revocation lists', () => {
  const list = (...args: Parameters<typeof makeList>) => {
    const read = readRevocationList(makeList(...args));
    if ('kind' in read) throw new Error(read.message);
    return read;
  };
  const own = leaf({ serial: 77 });
  it.each([
    ['with its number', list('inner', innerKey, [5, 77]), ['revoked']],
    ['without its number', list('inner', innerKey, [5, 78]), []],
    ['without any', list('inner', innerKey, []), []],
    ['of another issuer', list('root', rootKey, [77]), []],
    ['by another key', list('inner', otherKey, [77]), ['crl-not-valid']],
    ['that is too old', list('inner', innerKey, [], NOW - 1000), ['crl-not-valid']],
  ])('%s', (_, revocations, expected) => {
    expect(codes(judge({ leaf: own, lists: [revocations] }))).toEqual(expected);
  });
});

describe('broken certificates', () => {
  it('are refused, never thrown over', () => {
    const originals = [root(), inner({ permitted: { dns: ['example'] }, policies: [1], requirePolicy: 1 }), leaf()];
    const list = makeList('inner', innerKey, [5, 77]);
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.nat(originals.length),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
        (which, changes) => {
          const change = (bytes: Uint8Array) => {
            const out = Uint8Array.from(bytes);
            for (const [at, byte] of changes) out[at % out.length] = byte;
            return out;
          };
          const [anchor, middle, end] = originals.map((one, at) => {
            const read = at === which ? readCertificate(change(one.der)) : one;
            return read.kind === 'certificate' ? read : one;
          });
          const changedList = readRevocationList(which === originals.length ? change(list) : list);
          if (anchor === undefined || middle === undefined || end === undefined) return;
          const lists = 'kind' in changedList ? [] : [changedList];
          const question = { leaf: end, intermediates: [middle], roots: [anchor], names: ['a.example'], lists };
          for (const strict of [true, false]) if (judge({ ...question, strict }).valid) accepted++;
        },
      ),
      { numRuns: 400 },
    );
    expect(accepted).toBeGreaterThan(0);
  });
});

describe('hostile certificates', () => {
  const timed = (question: Partial<PathQuestion>): PathVerdict => {
    const { milliseconds, result } = withCpuTime(() => judge(question));
    expect(milliseconds).toBeLessThan(1000);
    return result;
  };
  const keys = Array.from({ length: 12 }, newKey);
  const key = (at: number) => keys[at % keys.length] ?? rootKey;

  it('of one name and one key, by the thousand', () => {
    const crowd = Array.from({ length: 3000 }, (_, i) =>
      make({ subject: 'inner', issuer: 'inner', key: innerKey, signer: innerKey, serial: i + 1, ...CA }),
    ).map(({ certificate }) => certificate);
    expect(timed({ intermediates: crowd }).valid).toBe(false);
    expect(timed({ intermediates: [...crowd, inner()] }).valid).toBe(true);
  }, 30_000);

  it('of one name and other keys, all signing each other', () => {
    const crowd = keys
      .flatMap((own, i) =>
        keys.map((signer, j) => make({ subject: 'x', issuer: 'x', key: own, signer, serial: i * 50 + j + 1, ...CA })),
      )
      .map(({ certificate }) => certificate);
    const verdict = timed({ leaf: leaf({ issuer: 'x', signer: key(3) }), intermediates: crowd });
    expect(codes(verdict)).toContain('too-much-work');
  }, 30_000);

  it('with hundreds of roots of one name and key, none of which is good', () => {
    const roots = Array.from({ length: 400 }, (_, i) => root({ serial: i + 1, notAfter: NOW - 1000 }));
    expect(codes(timed({ roots }))).toEqual(['expired', 'too-much-work']);
    expect(timed({ roots: [...roots.slice(0, 50), root()] }).valid).toBe(true);
  });

  it('in cycles of cross-signing', () => {
    const crowd = keys
      .flatMap((own, i) =>
        keys.map((signer, j) => make({ subject: `x${i}`, issuer: `x${j}`, key: own, signer, ...CA })),
      )
      .map(({ certificate }) => certificate);
    const start = leaf({ issuer: 'x0', signer: key(0) });
    expect(timed({ leaf: start, intermediates: crowd }).valid).toBe(false);
    const way = make({ subject: 'x5', issuer: 'root', key: key(5), signer: rootKey, ...CA }).certificate;
    expect(timed({ leaf: start, intermediates: [way, ...crowd] })).toMatchObject({ valid: true });
  }, 30_000);

  it('in chains of a hundred', () => {
    const chain = Array.from({ length: 100 }, (_, i) =>
      make({ subject: `x${i}`, issuer: `x${i + 1}`, key: key(i), signer: key(i + 1), ...CA }),
    ).map(({ certificate }) => certificate);
    const verdict = timed({ leaf: leaf({ issuer: 'x0', signer: key(0) }), intermediates: chain });
    expect(codes(verdict)).toEqual(['chain-too-long']);
  });

  it('with thousands of names and constraints', () => {
    const names = Array.from({ length: 3000 }, (_, i) => `h${i}.example`);
    const crowd = { dns: names.map((name) => `x${name}`) };
    const question = { intermediates: [inner({ excluded: crowd })], leaf: leaf({ names }) };
    expect(codes(timed(question))).toEqual(['too-much-work']);
  });
});
