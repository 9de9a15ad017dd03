/** Owns client certificates in the model: what a TLS server asks of its clients, who gets in, and who may pose as them. */
import type { FileUse, Safety } from './model.ts';
import type { Fact, Place } from './origin.ts';
import type { FileEdits, Remedy } from './remedy.ts';

/**
 * none: clients are not asked. optional: those without a certificate get in, a foreign one is refused.
 * unverified: a foreign one gets in, too. required: only a verified one gets in.
 */
export type CertificateDemand = 'none' | 'optional' | 'unverified' | 'required';

/** What a server asks of its clients. Observed by: clients with no certificate, a good one, and a foreign one. */
export interface ClientCertificates {
  readonly demand: CertificateDemand;
  /** As it is written: `ssl_verify_client optional`. */
  readonly written: string;
  /** Where it is written, or the server where nothing is. */
  readonly place: Place;
  /** Who gets in without a verified certificate. Observed by: what such a client is answered. */
  readonly ways: Fact<readonly UncheckedWay[]>;
  /** Why not even a good certificate gets in, where none does. Observed by: a client with a good certificate. */
  readonly lockout: Fact<Lockout | undefined>;
  /** What certificates are verified with; left out where it is not looked at. */
  readonly trust?: Fact<ClientTrust>;
  /** Parts that ask only after the handshake. Observed by: a client of TLS 1.3 without post-handshake authentication. */
  readonly late?: readonly LateDemand[];
}

/** Observed by: clients with certificates of authorities further and further away from a root. */
export interface ClientTrust {
  /** The files of authorities for clients, the others that count beside them last. */
  readonly files: readonly FileUse[];
  /** How many authorities may stand between a client's certificate and a root; -1 where not even the root may issue it. */
  readonly depth: number;
  /** As it is written, or would be: `ssl_verify_depth 1`. */
  readonly depthWritten: string;
  /** Undefined where it is the default. */
  readonly depthPlace: Place | undefined;
  /** What a client that is too far away leads to beside its refusal, in the product's words, without a full stop. */
  readonly tooDeep: string;
  setDepth(depth: number): readonly FileEdits[] | undefined;
}

/** A certificate that is asked for when the request is there. */
export interface LateDemand {
  readonly place: Place;
  /** In the language's own words, without a full stop. */
  readonly message: string;
}

/** What keeps everybody out. */
export interface Lockout {
  /** Whether the product starts all the same. */
  readonly starts: boolean;
  /** In the language's own words, without a full stop. */
  readonly message: string;
  readonly related: readonly { readonly place: Place; readonly message: string }[];
  readonly offers: readonly { readonly title: string; readonly safety: Safety; readonly remedy: Remedy }[];
}

/** A way in for clients whose certificate nobody has verified. */
export interface UncheckedWay {
  /**
   * everything: nothing looks at the result. foreign: the same, but some certificate is needed. unasked: nobody is asked for
   * one. part: something looks, but this is not covered by it. plain: without TLS. revoked: those that are revoked get in.
   */
  readonly kind: 'everything' | 'foreign' | 'unasked' | 'part' | 'plain' | 'revoked';
  readonly place: Place;
  /** In the language's own words, without a full stop. */
  readonly message: string;
  readonly related: readonly { readonly place: Place; readonly message: string }[];
  readonly offers: readonly { readonly title: string; readonly safety: Safety; readonly remedy: Remedy }[];
}

/** Headers by which back ends are told who the client is, and a way on which clients may write them themselves. */
export interface SpoofableIdentity {
  /** Where requests are handed on with the client's own headers. Observed by: such a header, as the back end gets it. */
  readonly place: Place;
  readonly headers: readonly string[];
  /** In the language's own words, without a full stop. */
  readonly message: string;
  readonly related: readonly { readonly place: Place; readonly message: string }[];
  readonly offers: readonly { readonly title: string; readonly safety: Safety; readonly remedy: Remedy }[];
}
