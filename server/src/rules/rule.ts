/** Owns what a rule is: one folder, one id, one check over the effective model. */
import type { CertificateStore } from '../certificates/store.ts';
import type { Exposure } from '../files/exposure.ts';
import type { FileId } from '../files/host.ts';
import type { LoadedProject } from '../languages/language.ts';
import type { Model, Safety } from '../model/model.ts';
import type { Place } from '../model/origin.ts';
import type { FileEdits, Remedy } from '../model/remedy.ts';
import type { RuleId } from './ids.generated.ts';
import type { Purpose } from './purposes.ts';

export type Severity = 'error' | 'warning' | 'info';

export interface Related {
  readonly place: Place;
  readonly message: string;
}

/** A way out that a finding offers: what should become true, or edits of its own. */
export interface Offer {
  readonly title: string;
  readonly safety: Safety;
  readonly remedy: Remedy;
}

/** What a rule reports. */
export interface Report {
  /** When it differs from the rule's own. */
  readonly severity?: Severity;
  readonly message: string;
  readonly at: Place;
  readonly related?: readonly Related[];
  /** The best first. */
  readonly offers?: readonly Offer[];
  /** When, in milliseconds since 1970, this finding may come, go or change by the passing of time alone. */
  readonly changesAt?: number;
}

/** The settings that rules ask for; defaults are those of the documentation. */
export interface RuleSettings {
  /** Days before its end from which a certificate is reported. */
  readonly expiryDays: number;
  readonly profile: 'intermediate' | 'modern';
  /** Absolute path prefixes of the running machine to folders here, the longest first. */
  readonly pathMap: readonly { readonly from: string; readonly to: FileId }[];
  /** The options given with a rule's severity in wsslint.json. */
  options(rule: RuleId): Readonly<Record<string, unknown>>;
}

export interface RuleContext {
  readonly project: LoadedProject;
  readonly model: Model;
  readonly certificates: CertificateStore;
  readonly settings: RuleSettings;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Certificate and key files of the workspace that could take the place of one that does not fit. */
  readonly candidates: () => readonly FileId[];
  /** Who can get at a file beside its owner. */
  readonly exposure: (file: FileId) => Exposure;
  /** What configurations name a certificate file for, when it is the project; empty where none names it, and for configurations. */
  readonly purposes: ReadonlySet<Purpose>;
  /** Notes that time alone will change what this rule says, at this moment (milliseconds since 1970). */
  readonly changesAt: (when: number) => void;
  report(report: Report): void;
}

export interface Rule {
  readonly id: RuleId;
  /** The severity where a report names none. */
  readonly severity: Severity;
  /** Says nothing unless the settings give it a severity. */
  readonly optIn?: true;
  /** The wsslint version that brought it. */
  readonly since: string;
  /** One sentence for lists: what is wrong, in plain words. */
  readonly summary: string;
  /** Where its facts are written down: addresses of documentation, RFC sections. */
  readonly sources: readonly string[];
  check(context: RuleContext): void;
  /** Looks at all configurations of a run together, where there are several. Runs again whenever one of them changes. */
  checkAll?(all: readonly RunMember[]): void;
}

/** One of the configurations of a run, with where to report what is wrong with it. */
export interface RunMember {
  readonly project: LoadedProject;
  report(report: Report): void;
}

/** A finding as front ends get it. */
export interface Finding {
  readonly rule: RuleId;
  readonly severity: Severity;
  readonly message: string;
  readonly at: Place;
  readonly related: readonly Related[];
  readonly fixes: readonly Fix[];
}

/** An offer whose edit is known to exist. */
export interface Fix {
  readonly title: string;
  readonly safety: Safety;
  readonly edits: readonly FileEdits[];
}
