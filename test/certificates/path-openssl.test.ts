/** Owns the comparison of verdicts with `openssl verify`, over generated chains with generated faults. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type PathVerdict, verifyPath } from '../../server/src/certificates/path/verify.ts';
import { type Folder, temporaryFolder } from '../kit/folder.ts';
import { describeWith, programPath } from '../kit/required.ts';
import { type KeyPair, type Made, type Making, make, NOW, newKey, type Tree } from './maker.ts';

const KEYS: readonly KeyPair[] = Array.from({ length: 6 }, newKey);
const key = (at: number): KeyPair => KEYS[at] ?? newKey();
/** Signs for others than those who should. */
const STRANGER = newKey();
const DAY = 86_400_000;

/** What may be odd about one certificate; mostly nothing is. */
interface Oddity {
  readonly ca: boolean;
  readonly pathLength: number | undefined;
  readonly keyUsage: number | undefined;
  readonly purposes: readonly number[] | undefined;
  readonly permitted: Tree | undefined;
  readonly excluded: Tree | undefined;
  readonly expired: boolean;
  readonly unknown: boolean;
  readonly forged: boolean;
  /** Whether the certificate has the name of its issuer. */
  readonly selfIssued: boolean;
}

const mostly = <T>(usual: T, ...rare: readonly T[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...rare) });

const TREES: readonly Tree[] = [
  { dns: ['example'] },
  { dns: ['a.example'] },
  { dns: ['other', 'b.example'] },
  { ips: [[10, 0, 0, 0, 255, 0, 0, 0]] },
  { dns: ['example'], ips: [[10, 1, 0, 0, 255, 255, 0, 0]] },
  { emails: ['example'] },
  { directory: ['leaf'] },
];

/**
 * Left out is what OpenSSL passes over on purpose and other clients do not: an authority without basicConstraints whose
 * keyUsage has keyCertSign (check_ca), and a leaf without alternative names.
 */
const authority: fc.Arbitrary<Oddity> = fc.record({
  ca: mostly(true, false),
  pathLength: mostly<number | undefined>(undefined, 0, 1, 2),
  keyUsage: mostly<number | undefined>(0x06, 0x80, undefined, 0x04),
  purposes: mostly<readonly number[] | undefined>(undefined, [1], [2], [1, 2]),
  permitted: mostly<Tree | undefined>(undefined, ...TREES),
  excluded: mostly<Tree | undefined>(undefined, ...TREES),
  expired: mostly(false, true),
  unknown: mostly(false, true),
  forged: mostly(false, true),
  selfIssued: mostly(false, true),
});

const leaf = fc.record({
  keyUsage: mostly<number | undefined>(0x80, 0x20, 0x06, undefined),
  purposes: mostly<readonly number[] | undefined>([1], [2], undefined, [1, 2], [3]),
  names: fc.constantFrom(
    ['a.example'],
    ['a.example', 'b.example'],
    ['10.1.2.3'],
    ['a.example', '11.1.2.3'],
    ['me@example', 'a.example'],
    ['*.b.example'],
  ),
  expired: mostly(false, true),
  unknown: mostly(false, true),
  forged: mostly(false, true),
});

/** A root, some intermediates and a leaf, in the order of issuing. */
const chains = fc.record({ authorities: fc.array(authority, { minLength: 1, maxLength: 4 }), leaf });
type Chain = typeof chains extends fc.Arbitrary<infer T> ? T : never;

function build({ authorities, leaf: own }: Chain): Bundle {
  let issuer = 'root';
  const made = authorities.map((oddity, at) => {
    const isRoot = at === 0;
    const subject = isRoot || oddity.selfIssued ? issuer : `ca${at}`;
    const signer = isRoot ? key(0) : oddity.forged ? STRANGER : key(at - 1);
    const above = key(Math.max(0, at - 1));
    const result = make({ ...fieldsOf(oddity), subject, issuer, key: key(at), signer, authority: above });
    issuer = subject;
    return result;
  });
  const signer = own.forged ? STRANGER : key(authorities.length - 1);
  const place = { subject: 'leaf', issuer, key: key(5), signer, authority: key(authorities.length - 1) };
  const last = make({ ...fieldsOf(own), ...place, ca: false, names: own.names });
  return { leaf: last, roots: made.slice(0, 1), intermediates: made.slice(1) };
}

function fieldsOf({
  expired,
  forged: _forged,
  ...fields
}: Partial<Oddity> & { readonly expired: boolean }): Partial<Making> {
  return { ...fields, ...(expired ? { notAfter: NOW - DAY } : {}) };
}

/** What is at hand for one leaf. */
interface Bundle {
  readonly leaf: Made;
  readonly roots: readonly Made[];
  readonly intermediates: readonly Made[];
}

function ours({ intermediates, leaf: own, roots }: Bundle): PathVerdict {
  return verifyPath({
    leaf: own.certificate,
    intermediates: intermediates.map(({ certificate }) => certificate),
    roots: roots.map(({ certificate }) => certificate),
    usage: 'server',
    names: [],
    now: NOW,
    lists: [],
    strict: false,
  });
}

/** OpenSSL's complaint, or undefined where it is content. */
function theirs(folder: Folder, { intermediates, leaf: own, roots }: Bundle): string | undefined {
  const text = (all: readonly Made[]) => all.map(({ pem }) => pem).join('');
  folder.write('root.pem', text(roots));
  folder.write('leaf.pem', own.pem);
  const untrusted = intermediates.length === 0 ? [] : ['-untrusted', folder.write('chain.pem', text(intermediates))];
  const options = [
    '-purpose',
    'sslserver',
    '-auth_level',
    '2',
    '-attime',
    String(NOW / 1000),
    '-no-CApath',
    '-no-CAstore',
  ];
  const args = ['verify', ...options, '-CAfile', 'root.pem', ...untrusted, 'leaf.pem'];
  const { status, stderr } = spawnSync(programPath('openssl') ?? 'openssl', args, {
    cwd: folder.path,
    encoding: 'utf8',
  });
  return status === 0 ? undefined : (/error \d+ at .*/.exec(stderr)?.[0] ?? stderr);
}

describeWith('openssl', 'generated chains', () => {
  it('get the verdict of `openssl verify`', () => {
    const folder = temporaryFolder();
    const seen = { valid: 0, refused: 0 };
    fc.assert(
      fc.property(chains, (chain) => {
        const built = build(chain);
        const verdict = ours(built);
        const complaint = theirs(folder, built);
        seen[complaint === undefined ? 'valid' : 'refused']++;
        const reasons = verdict.reasons.map(({ code, text }) => `${code}: ${text}`);
        expect({ valid: verdict.valid, complaint, reasons: verdict.valid ? [] : reasons }).toEqual({
          valid: complaint === undefined,
          complaint,
          reasons: complaint === undefined ? [] : reasons,
        });
      }),
      { numRuns: 200 },
    );
    folder.remove();
    expect(Math.min(seen.valid, seen.refused)).toBeGreaterThan(50);
  }, 120_000);

  it('are accepted where `openssl verify` accepts them, with other certificates of the same names and keys beside them', () => {
    const folder = temporaryFolder();
    let accepted = 0;
    fc.assert(
      fc.property(chains, chains, fc.boolean(), (one, other, bothRoots) => {
        const [first, second] = [build(one), build(other)];
        const bundle: Bundle = {
          leaf: first.leaf,
          roots: bothRoots ? [...second.roots, ...first.roots] : first.roots,
          intermediates: [...second.intermediates, ...first.intermediates],
        };
        const complaint = theirs(folder, bundle);
        const verdict = ours(bundle);
        if (complaint !== undefined) return;
        accepted++;
        expect(verdict.reasons.map(({ code, text }) => `${code}: ${text}`)).toEqual([]);
        expect(verdict.valid).toBe(true);
      }),
      { numRuns: 150 },
    );
    folder.remove();
    expect(accepted).toBeGreaterThan(30);
  }, 120_000);
});
