/** Owns who looks at client certificates: the samples of them that rules, conditions and `server` lines use. */
import type { ProxySection } from '../proxies.ts';
import { sectionsOf } from '../proxies.ts';
import type { Statement } from '../syntax/tree.ts';

/** One line that uses what is known of the client's certificate. */
export interface Look {
  readonly statement: Statement;
  readonly section: ProxySection['section'];
  /** `ssl_c_verify`, …; `*` where everything is handed on. */
  readonly samples: readonly string[];
}

const LINES =
  /^(?:http-request|http-response|http-after-response|tcp-request|tcp-response|use_backend|use-server|acl|redirect|filter|server|server-template|default-server|stick|stick-table)$/;
const SAMPLE = /\bssl_(?:c_\w+|fc_has_crt)/g;
/** A PROXY header tells the server of the certificate; scripts and agents can do anything. */
const EVERYTHING = /^(?:send-proxy-v2-ssl(?:-cn)?|proxy-v2-options|lua\..*|spoe|send-spoe-group)$/;

const looks = new WeakMap<ProxySection['section'], readonly Look[]>();

function looksIn(section: ProxySection['section']): readonly Look[] {
  let found = looks.get(section);
  if (found === undefined) {
    found = section.statements.flatMap((statement): Look[] => {
      const { words } = statement;
      // Only the log hears of it.
      if (!LINES.test(words[0]?.value ?? '') || words[1]?.value === 'capture') return [];
      const samples = words.flatMap(({ value, variable }) =>
        variable || EVERYTHING.test(value) ? ['*'] : [...value.matchAll(SAMPLE)].map(([sample]) => sample),
      );
      return samples.length === 0 ? [] : [{ statement, section, samples }];
    });
    looks.set(section, found);
  }
  return found;
}

/** Looks, with the different samples that they use. */
export interface Looks {
  readonly all: readonly Look[];
  readonly samples: ReadonlySet<string>;
}

function together(all: readonly Look[]): Looks {
  return { all, samples: new Set(all.flatMap(({ samples }) => samples)) };
}

const ofBackends = new WeakMap<ReadonlyMap<string, ProxySection>, Looks>();

/** All looks of a frontend itself. */
export function looksOf(frontend: ProxySection): Looks {
  return together(sectionsOf(frontend).flatMap(looksIn));
}

/** All looks of what requests of the configuration may come to; worked out once. */
export function looksBehind(backends: ReadonlyMap<string, ProxySection>): Looks {
  let behind = ofBackends.get(backends);
  if (behind === undefined) {
    const sections = new Set([...backends.values()].flatMap((backend) => sectionsOf(backend)));
    behind = together([...sections].flatMap(looksIn));
    ofBackends.set(backends, behind);
  }
  return behind;
}

/** Results of the verification; 0 is "fine", also where there is no certificate at all (seen with 2.6 and 3.2). */
const RESULTS = /^ssl_c_(?:verify|err|ca_err|ca_err_depth)$/;

/** Whether the sample tells clients with a certificate from those without. */
export function tellsPresence(sample: string): boolean {
  return !RESULTS.test(sample);
}

/** Whether the sample tells a verified certificate from a foreign one, or names just one. */
export function tellsVerified(sample: string): boolean {
  return sample === '*' || RESULTS.test(sample) || /^ssl_c_(?:sha1|der|der_chain)$/.test(sample);
}
