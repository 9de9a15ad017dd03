/** Owns the contract between a language and the rest: what a project of any language can do. */
import type { ApachePlace } from '../facts/apache-directives.ts';
import type { FileId } from '../files/host.ts';
import type { Dependencies, FileStore, SourceFile } from '../files/store.ts';
import type { Address } from '../model/addresses.ts';
import type { FileUse, LanguageId, Model, Route, Site, TlsEndpoint } from '../model/model.ts';
import type { Fact, Place } from '../model/origin.ts';
import type { FileEdits, Remedy } from '../model/remedy.ts';
import type { Target } from '../model/target.ts';
import type { Span } from '../text/span.ts';

/** What a language needs to read a project. */
export interface Environment {
  readonly files: FileStore;
  readonly target: Target;
  /** Absolute path prefixes of the running machine to folders here, longest prefix first. */
  readonly pathMap: readonly { readonly from: string; readonly to: FileId }[];
  /** Paths that the settings say are WebSockets (`/feed`). */
  readonly webSocketPaths: readonly string[];
  /** Folders whose contents count as seen: a path below them that is not there is missing. */
  readonly workspaces: readonly FileId[];
  /** The files that are read as one with the root; undefined where that is the root and what it includes. */
  readonly together?: Together | undefined;
  /** The paths that have changed since the root was loaded last, from the same store; undefined where it is loaded once. */
  readonly changed?: ReadonlySet<FileId> | undefined;
}

/** Files that one process reads as one configuration, without any of them naming the others. */
export interface Together {
  /** By which the configuration is known: its first file that is part of no other configuration. */
  readonly root: FileId;
  /** In the order in which they are read; all of them are there. */
  readonly files: readonly FileId[];
  /** Whether that is all of the configuration. */
  readonly whole: boolean;
}

/** Where to look for what is read together. */
export interface Neighbourhood extends Pick<Environment, 'files' | 'pathMap' | 'workspaces'> {
  /** What the settings say: files and folders that are read as one. */
  readonly roots: readonly (readonly FileId[])[];
  /** Is told of everything that was looked at. */
  readonly dependencies: Dependencies;
}

export interface CommentText {
  readonly span: Span;
  /** Without the comment sign. */
  readonly text: string;
}

/** What stands at an offset, for hovers and navigation. */
export type Subject =
  | { readonly kind: 'file'; readonly span: Span; readonly use: FileUse }
  | {
      readonly kind: 'include';
      readonly span: Span;
      readonly pattern: string;
      readonly files: readonly FileId[];
      readonly why: string | undefined;
    }
  | { readonly kind: 'route'; readonly span: Span; readonly route: Route }
  | { readonly kind: 'site'; readonly span: Span; readonly site: Site }
  | { readonly kind: 'endpoint'; readonly span: Span; readonly endpoint: TlsEndpoint }
  | {
      readonly kind: 'ciphers';
      readonly span: Span;
      /** The setting in the language's words: `ssl_ciphers`. */
      readonly setting: string;
      /** What the library gets: a cipher string, or the suites of TLS 1.3. */
      readonly text: string;
      readonly use: 'list' | 'suites13';
      /** The security level that is set beside it. */
      readonly level: Fact<number | undefined>;
      /** Where in `text` the offset is; undefined outside of it. */
      readonly at: number | undefined;
    }
  | {
      readonly kind: 'extension';
      readonly span: Span;
      /** Of a certificate that is to be made: `subjectAltName`. */
      readonly name: string;
      readonly critical: boolean;
      /** As they are written: `DNS:shop.example.com`, `CA:FALSE`. */
      readonly values: readonly string[];
    }
  | { readonly kind: 'setting'; readonly span: Span; readonly name: string; readonly fact: Fact<string> };

/** A directive of the product's own, and the module that it is from. */
export interface DirectiveWord {
  readonly name: string;
  readonly module: string;
}

/** What stands, and what may stand, at an offset. */
export interface Standing {
  /** The directive's name that the offset is in. */
  readonly name: { readonly value: string; readonly span: Span } | undefined;
  /** The places that the offset may be, in the words of facts/nginx-directives.ts. */
  readonly places: readonly string[];
  /** The directives that are allowed there, sorted by name. */
  allowed(): readonly DirectiveWord[];
  /** The variables that the configuration defines by itself, sorted, without the `$`. */
  variables(): readonly string[];
  /** The groups of servers that it defines, sorted. */
  upstreams(): readonly string[];
  /** Its named locations, sorted, without the `@`. */
  locations(): readonly string[];
}

/** What stands at an offset of an Apache file. */
export interface ApacheStanding {
  /** The directive's name that the offset is in. */
  readonly name: { readonly value: string; readonly span: Span } | undefined;
  /** The places that the offset may be. */
  readonly places: readonly ApachePlace[];
}

export interface Link {
  readonly span: Span;
  readonly target: FileId;
}

export interface OutlineItem {
  readonly name: string;
  readonly detail: string;
  readonly kind: 'site' | 'route' | 'upstream' | 'section' | 'certificate' | 'key';
  readonly span: Span;
  readonly nameSpan: Span;
  readonly children: readonly OutlineItem[];
}

/** Whether and how a name can be changed. */
export type Renaming =
  | { readonly possible: false; readonly why: string }
  | {
      readonly possible: true;
      /** The new name as it is to be written in each place, or why the product would not have it; both are texts for people. */
      accept(name: string): { readonly ok: true; readonly name: string } | { readonly ok: false; readonly why: string };
    };

/** Something that a configuration gives a name to and uses by this name: an upstream, a variable, a section. */
export interface NamedThing {
  /** What it is, in words: `upstream`, `variable`. */
  readonly what: string;
  readonly name: string;
  /** The name where it was asked for, without signs around it (`$`, `@`, quotes); as are all places. */
  readonly span: Span;
  readonly definitions: readonly Place[];
  readonly uses: readonly Place[];
  /** Undefined where the language renames no such things. */
  readonly renaming: Renaming | undefined;
}

/** Lines that can be folded: from that of the start, which stays, to that of the end. */
export interface Fold {
  readonly span: Span;
  readonly kind: 'block' | 'comment' | 'region';
}

/** A root (or a fragment) with all that it reaches. */
export interface LoadedProject {
  readonly language: LanguageId;
  readonly root: FileId;
  readonly model: Model;
  /** The configuration files that were read, the root first; findings are published for each. */
  readonly files: readonly SourceFile[];
  readonly dependencies: Dependencies;
  comments(file: FileId): readonly CommentText[];
  /** The smallest edit that makes the remedy true, or undefined when there is none. */
  realize(remedy: Remedy): readonly FileEdits[] | undefined;
  /** Where the requests of a route go; undefined where that cannot be known. */
  addressesOf?(route: Route): readonly Address[] | undefined;
  subjectAt(file: FileId, offset: number): Subject | undefined;
  /** For languages whose directives are known one by one. */
  standingAt?(file: FileId, offset: number): Standing;
  /** For Apache, whose directives have other places and words. */
  apacheStandingAt?(file: FileId, offset: number): ApacheStanding;
  /** What is named at an offset, with all places of the project that name it. */
  nameAt?(file: FileId, offset: number): NamedThing | undefined;
  /** What can be folded; undefined for a language that leaves it to the editor. */
  foldsOf?(file: FileId): readonly Fold[];
  /** What stands around an offset, the innermost first, each inside the next. */
  spansAround?(file: FileId, offset: number): readonly Span[];
  links(file: FileId): readonly Link[];
  symbols(file: FileId): readonly OutlineItem[];
  /** Every file that the configuration names and that is no configuration itself. */
  fileUses(): readonly FileUse[];
}

/** How sure a language is of a file: a root configuration, a part of one, or not its own. */
export type Claim = 'root' | 'fragment' | undefined;

export interface Language {
  readonly id: LanguageId;
  /** Whether a file is this language's, by its name, its folders and, where that leaves it open, its text. */
  claim(path: FileId, text: () => string): Claim;
  /** The configurations of several files, or of a folder, that a file is known to be part of; for products that read such. */
  together?(path: FileId, neighbourhood: Neighbourhood): readonly Together[];
  /** Reads a project; undefined when its root file cannot be read. */
  load(root: FileId, environment: Environment): LoadedProject | undefined;
}

/** The word for a place in messages to people: its file's last two parts and its line, from 1. */
export function placeWord(place: Place, file: SourceFile | undefined): string {
  const name = place.file.split('/').slice(-2).join('/');
  return file === undefined ? name : `${name}:${file.lines.positionAt(place.span.start).line + 1}`;
}
