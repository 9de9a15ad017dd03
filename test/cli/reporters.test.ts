import { describe, expect, it } from 'vitest';
import type { ProjectReport, Run } from '../../server/src/analysis/engine-types.ts';
import { locate, type Report } from '../../server/src/cli/located.ts';
import { checkstyleReport } from '../../server/src/cli/reporters/checkstyle.ts';
import { githubReport } from '../../server/src/cli/reporters/github.ts';
import { jsonReport } from '../../server/src/cli/reporters/json.ts';
import { prettyReport } from '../../server/src/cli/reporters/pretty.ts';
import { sarifReport } from '../../server/src/cli/reporters/sarif.ts';
import { painter } from '../../server/src/cli/terminal.ts';
import { createFileStore } from '../../server/src/files/store.ts';
import type { Finding } from '../../server/src/rules/rule.ts';
import { memoryHost } from '../kit/memory-host.ts';
import { RULES } from './kit.ts';

const sheet = (colours: boolean, wraps = false) => ({ width: 80, wraps, paint: painter(colours) });

const TEXTS: ReadonlyMap<string, string> = new Map([
  ['/srv/nginx/nginx.conf', 'http {\r\n\tssl_protocols "日本" TLSv1;\r\n\tinclude site.conf;\r\n}\r\n'],
  ['/srv/nginx/a b,c.conf', 'server {\n    ssl_protocols TLSv1;\n}\n'],
  ['/srv/key.pem', '-----BEGIN PRIVATE KEY-----\nc2VjcmV0IGtleSBtYXRlcmlhbA==\n-----END PRIVATE KEY-----\n'],
]);

function place(file: string, text: string) {
  const start = (TEXTS.get(file) ?? '').indexOf(text);
  return { file, span: { start, end: start + text.length } };
}

const main = '/srv/nginx/nginx.conf';
const site = '/srv/nginx/a b,c.conf';
const key = '/srv/key.pem';

const FINDINGS: readonly Finding[] = [
  {
    rule: 'tls-legacy-protocol',
    severity: 'warning',
    message: '`TLSv1` is old: 100% of <clients> & "servers" drop it\u001B[31m',
    at: place(main, 'TLSv1'),
    related: [
      { place: place(site, 'TLSv1'), message: 'also here' },
      { place: place(key, 'c2VjcmV0'), message: 'the key' },
    ],
    fixes: [
      {
        title: 'Keep `TLSv1.2`',
        safety: 'safe',
        edits: [
          { file: main, edits: [{ span: place(main, 'TLSv1').span, newText: 'TLSv1.2' }] },
          { file: site, edits: [{ span: place(site, 'TLSv1').span, newText: 'TLSv1.2' }] },
        ],
      },
      {
        title: 'Say what you want',
        safety: 'sketch',
        edits: [{ file: main, edits: [{ span: { start: 0, end: 0 }, newText: 'x' }] }],
      },
    ],
  },
  {
    rule: 'config-syntax',
    severity: 'error',
    message: 'two\nlines',
    at: place(site, 'server {\n    ssl'),
    related: [],
    fixes: [],
  },
  {
    rule: 'config-syntax',
    severity: 'info',
    message: 'gone',
    at: { file: '/gone.conf', span: { start: 5, end: 9 } },
    related: [],
    fixes: [],
  },
  {
    rule: 'config-syntax',
    severity: 'error',
    message: 'damaged',
    at: place(key, 'c2VjcmV0IGtleSBtYXRlcmlhbA=='),
    related: [],
    fixes: [],
  },
];

function report(findings: readonly Finding[] = FINDINGS): Report {
  const files = createFileStore(memoryHost(new Map(TEXTS)));
  const projects = [
    { project: { language: 'nginx', files: [{ id: main }, { id: site }] } },
    { project: { language: 'pem', files: [{ id: key }] } },
  ] as unknown as ProjectReport[];
  const run: Run = { projects, findings, files: new Set(TEXTS.keys()) };
  return locate(run, '/srv', files);
}

describe('json', () => {
  it('has the shape of its contract', () => {
    expect(jsonReport(report([FINDINGS[0] as Finding]))).toMatchInlineSnapshot(`
      "{
        "version": 1,
        "files": 3,
        "findings": [
          {
            "rule": "tls-legacy-protocol",
            "severity": "warning",
            "message": "\`TLSv1\` is old: 100% of <clients> & \\"servers\\" drop it\\u001b[31m",
            "file": "nginx/nginx.conf",
            "range": {
              "start": {
                "line": 2,
                "column": 21
              },
              "end": {
                "line": 2,
                "column": 26
              }
            },
            "related": [
              {
                "message": "also here",
                "file": "nginx/a b,c.conf",
                "range": {
                  "start": {
                    "line": 2,
                    "column": 19
                  },
                  "end": {
                    "line": 2,
                    "column": 24
                  }
                }
              },
              {
                "message": "the key",
                "file": "key.pem",
                "range": {
                  "start": {
                    "line": 2,
                    "column": 1
                  },
                  "end": {
                    "line": 2,
                    "column": 9
                  }
                }
              }
            ],
            "fixes": [
              {
                "title": "Keep \`TLSv1.2\`",
                "safety": "safe",
                "edits": [
                  {
                    "file": "nginx/nginx.conf",
                    "range": {
                      "start": {
                        "line": 2,
                        "column": 21
                      },
                      "end": {
                        "line": 2,
                        "column": 26
                      }
                    },
                    "newText": "TLSv1.2"
                  },
                  {
                    "file": "nginx/a b,c.conf",
                    "range": {
                      "start": {
                        "line": 2,
                        "column": 19
                      },
                      "end": {
                        "line": 2,
                        "column": 24
                      }
                    },
                    "newText": "TLSv1.2"
                  }
                ]
              },
              {
                "title": "Say what you want",
                "safety": "sketch",
                "edits": [
                  {
                    "file": "nginx/nginx.conf",
                    "range": {
                      "start": {
                        "line": 1,
                        "column": 1
                      },
                      "end": {
                        "line": 1,
                        "column": 1
                      }
                    },
                    "newText": "x"
                  }
                ]
              }
            ]
          }
        ]
      }
      "
    `);
  });

  it('sorts by file, place and rule, and gives the same bytes for the same findings', () => {
    const shuffled = jsonReport(report([...FINDINGS].reverse()));
    expect(shuffled).toBe(jsonReport(report()));
    const { findings } = JSON.parse(shuffled) as { findings: { file: string }[] };
    expect(findings.map(({ file }) => file)).toEqual([
      '../gone.conf',
      'key.pem',
      'nginx/a b,c.conf',
      'nginx/nginx.conf',
    ]);
  });
});

describe('pretty', () => {
  it('shows where, why and what to do', () => {
    expect(prettyReport(report(), sheet(false))).toMatchInlineSnapshot(`
      "../gone.conf:1:1 info config-syntax
        gone

      key.pem:2:1 error config-syntax
        damaged

      nginx/a b,c.conf:1:1 error config-syntax
        two␊lines
        > 1 │ server {
        > 2 │     ssl_protocols TLSv1;
          3 │ }

      nginx/nginx.conf:2:21 warning tls-legacy-protocol
        \`TLSv1\` is old: 100% of <clients> & "servers" drop it␛[31m
          1 │ http {
        > 2 │ 	ssl_protocols "日本" TLSv1;
            │ 	                     ^^^^^
          3 │ 	include site.conf;
        also here: nginx/a b,c.conf:2:19
            1 │ server {
          > 2 │     ssl_protocols TLSv1;
              │                   ^^^^^
            3 │ }
        the key: key.pem:2:1
        fix (safe): Keep \`TLSv1.2\`
        fix (sketch): Say what you want

      2 errors, 1 warning, 1 note in 3 files; 1 fixable with --fix
      "
    `);
  });

  it('never shows what may be a key', () => {
    expect(prettyReport(report(), sheet(true))).not.toContain('c2VjcmV0');
  });

  it('says that nothing was found', () => {
    const wrapped = prettyReport(report(), sheet(false, true)).split('\n');
    const whole = prettyReport(report(), sheet(false)).split('\n');
    expect(wrapped.join(' ').replace(/\s+/g, ' ')).toBe(whole.join(' ').replace(/\s+/g, ' '));
    const long = 'word '.repeat(40).trim();
    const [first] = FINDINGS;
    if (first === undefined) throw new Error('no finding');
    const lines = prettyReport(report([{ ...first, message: long }]), { ...sheet(false, true), width: 44 }).split('\n');
    expect(lines.slice(1, 6).map((line) => line.length)).toEqual([41, 41, 41, 41, 41]);
    expect(prettyReport(report([]), sheet(false))).toBe('nothing found in 3 files\n');
  });

  it('tells safe fixes from others', () => {
    const one = FINDINGS[0] as Finding;
    const loose: Finding = { ...one, fixes: [{ title: 't', safety: 'behaviour', edits: [] }] };
    const lastLine = (findings: readonly Finding[]) =>
      prettyReport(report(findings), sheet(false)).trimEnd().split('\n').at(-1);
    expect(lastLine([one, loose])).toBe('2 warnings in 3 files; 1 fixable with --fix, 1 more with --fix=behaviour');
    expect(lastLine([loose])).toBe('1 warning in 3 files; 1 fixable with --fix=behaviour');
  });
});

describe('github', () => {
  it('escapes what its commands would misread', () => {
    expect(githubReport(report())).toMatchInlineSnapshot(`
      "::notice file=../gone.conf,line=1,endLine=1,col=1,endColumn=1,title=wsslint%3A config-syntax::gone
      ::error file=key.pem,line=2,endLine=2,col=1,endColumn=29,title=wsslint%3A config-syntax::damaged
      ::error file=nginx/a b%2Cc.conf,line=1,endLine=2,title=wsslint%3A config-syntax::two%0Alines
      ::warning file=nginx/nginx.conf,line=2,endLine=2,col=21,endColumn=26,title=wsslint%3A tls-legacy-protocol::\`TLSv1\` is old: 100%25 of <clients> & "servers" drop it␛[31m%0AFix: Keep \`TLSv1.2\`
      "
    `);
  });
});

describe('checkstyle', () => {
  it('is XML with one element a file', () => {
    expect(checkstyleReport(report())).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <checkstyle version="4.3">
        <file name="../gone.conf">
          <error line="1" column="1" severity="info" message="gone" source="wsslint.config-syntax"/>
        </file>
        <file name="key.pem">
          <error line="2" column="1" severity="error" message="damaged" source="wsslint.config-syntax"/>
        </file>
        <file name="nginx/a b,c.conf">
          <error line="1" column="1" severity="error" message="two&#10;lines" source="wsslint.config-syntax"/>
        </file>
        <file name="nginx/nginx.conf">
          <error line="2" column="21" severity="warning" message="\`TLSv1\` is old: 100% of &lt;clients&gt; &amp; &quot;servers&quot; drop it�[31m" source="wsslint.tls-legacy-protocol"/>
        </file>
      </checkstyle>
      "
    `);
  });

  it('holds nothing that XML cannot', () => {
    const odd: Finding = { ...(FINDINGS[1] as Finding), message: 'a\u0000\uFFFE\uD800b' };
    expect(checkstyleReport(report([odd]))).toContain('message="a\uFFFD\uFFFD\uFFFDb"');
  });
});

interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}
interface Physical {
  readonly artifactLocation: { readonly uri: string };
  readonly region: Region;
}
interface Log {
  readonly version: string;
  readonly runs: readonly {
    readonly columnKind: string;
    readonly tool: {
      readonly driver: {
        readonly name: string;
        readonly rules: readonly {
          id: string;
          help: { text: string };
          helpUri: string;
          defaultConfiguration: { level: string };
        }[];
      };
    };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly { readonly physicalLocation: Physical }[];
      readonly relatedLocations?: readonly {
        readonly id: number;
        readonly physicalLocation: Physical;
        readonly message: { readonly text: string };
      }[];
      readonly fixes?: readonly {
        readonly description: { readonly text: string };
        readonly artifactChanges: readonly {
          readonly artifactLocation: { readonly uri: string };
          readonly replacements: readonly {
            readonly deletedRegion: Region;
            readonly insertedContent: { readonly text: string };
          }[];
        }[];
      }[];
    }[];
  }[];
}

describe('sarif', () => {
  const log = JSON.parse(sarifReport(report(), RULES, '1.2.3')) as Log;
  const [run] = log.runs;

  it('is one run of SARIF 2.1.0 with all rules', () => {
    expect(log.version).toBe('2.1.0');
    expect(log.runs).toHaveLength(1);
    expect(run?.columnKind).toBe('utf16CodeUnits');
    expect(run?.tool.driver).toMatchObject({ name: 'wsslint', semanticVersion: '1.2.3' });
    for (const rule of run?.tool.driver.rules ?? []) {
      expect(rule.help.text).toContain(rule.id);
      expect(() => new URL(rule.helpUri)).not.toThrow();
      expect(['error', 'warning', 'note']).toContain(rule.defaultConfiguration.level);
    }
  });

  it('places results where the rule index, levels and regions agree', () => {
    for (const result of run?.results ?? []) {
      expect(run?.tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
      expect(['error', 'warning', 'note']).toContain(result.level);
      expect(result.message.text).not.toBe('');
      expect(result.locations).toHaveLength(1);
      for (const { physicalLocation } of [...result.locations, ...(result.relatedLocations ?? [])]) {
        const { startLine, startColumn, endLine, endColumn } = physicalLocation.region;
        expect(Math.min(startLine, startColumn, endLine, endColumn)).toBeGreaterThanOrEqual(1);
        expect(endLine > startLine || endColumn >= startColumn).toBe(true);
        expect(physicalLocation.artifactLocation.uri).not.toMatch(/[\s,]|^\//);
      }
    }
  });

  it('has relative URIs, related places and only fixes that need nobody to fill them in', () => {
    const result = run?.results.find(({ ruleId }) => ruleId === 'tls-legacy-protocol');
    expect(result).toMatchInlineSnapshot(`
      {
        "fixes": [
          {
            "artifactChanges": [
              {
                "artifactLocation": {
                  "uri": "nginx/nginx.conf",
                },
                "replacements": [
                  {
                    "deletedRegion": {
                      "endColumn": 26,
                      "endLine": 2,
                      "startColumn": 21,
                      "startLine": 2,
                    },
                    "insertedContent": {
                      "text": "TLSv1.2",
                    },
                  },
                ],
              },
              {
                "artifactLocation": {
                  "uri": "nginx/a%20b%2Cc.conf",
                },
                "replacements": [
                  {
                    "deletedRegion": {
                      "endColumn": 24,
                      "endLine": 2,
                      "startColumn": 19,
                      "startLine": 2,
                    },
                    "insertedContent": {
                      "text": "TLSv1.2",
                    },
                  },
                ],
              },
            ],
            "description": {
              "text": "Keep \`TLSv1.2\`",
            },
          },
        ],
        "level": "warning",
        "locations": [
          {
            "physicalLocation": {
              "artifactLocation": {
                "uri": "nginx/nginx.conf",
              },
              "region": {
                "endColumn": 26,
                "endLine": 2,
                "startColumn": 21,
                "startLine": 2,
              },
            },
          },
        ],
        "message": {
          "text": "\`TLSv1\` is old: 100% of <clients> & "servers" drop it[31m",
        },
        "relatedLocations": [
          {
            "id": 0,
            "message": {
              "text": "also here",
            },
            "physicalLocation": {
              "artifactLocation": {
                "uri": "nginx/a%20b%2Cc.conf",
              },
              "region": {
                "endColumn": 24,
                "endLine": 2,
                "startColumn": 19,
                "startLine": 2,
              },
            },
          },
          {
            "id": 1,
            "message": {
              "text": "the key",
            },
            "physicalLocation": {
              "artifactLocation": {
                "uri": "key.pem",
              },
              "region": {
                "endColumn": 9,
                "endLine": 2,
                "startColumn": 1,
                "startLine": 2,
              },
            },
          },
        ],
        "ruleId": "tls-legacy-protocol",
        "ruleIndex": 0,
      }
    `);
  });
});
