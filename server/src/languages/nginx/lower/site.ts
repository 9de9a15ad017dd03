/** Owns one site of the model. What only some rules ask for is worked out when they do. */
import type { Listener, Route, Site, SiteName, TlsEndpoint } from '../../../model/model.ts';
import { known, type Place, unknown } from '../../../model/origin.ts';
import type { NginxProject } from '../project.ts';
import { hstsOf } from './hsts.ts';
import { insecureUrlsOf } from './insecure-urls.ts';
import { plainAnswerOf } from './plain.ts';
import { redirectsOf } from './redirects.ts';
import type { Server } from './servers.ts';
import { trafficOf } from './sockets.ts';

export class ServerSite implements Site {
  readonly place: Place;
  readonly label: string;
  readonly names: readonly SiteName[];
  #redirects: Site['redirects'] | undefined;
  #plainAnswer: Site['plainAnswer'] | undefined;
  #hsts: Site['hsts'] | undefined;
  #insecureUrls: Site['insecureUrls'];
  readonly #server: Server;
  readonly #speaksTls: boolean;
  readonly #project: NginxProject;

  constructor(
    server: Server,
    readonly listeners: readonly Listener[],
    readonly endpoint: TlsEndpoint | undefined,
    readonly routes: readonly Route[],
    speaksTls: boolean,
    project: NginxProject,
  ) {
    this.place = server.place;
    this.label = server.label;
    this.names = server.names;
    this.#server = server;
    this.#speaksTls = speaksTls;
    this.#project = project;
  }

  get redirects(): Site['redirects'] {
    this.#redirects ??= known(
      redirectsOf(this.#server.scope, this.routes, this.listeners, this.#project.paths.environment.webSocketPaths),
      { kind: 'written', place: this.place },
    );
    return this.#redirects;
  }

  get traffic(): Site['traffic'] {
    return trafficOf(this.#server.scope);
  }

  get plainAnswer(): Site['plainAnswer'] {
    this.#plainAnswer ??= plainAnswerOf(this.#server.scope);
    return this.#plainAnswer;
  }

  get hsts(): Site['hsts'] {
    this.#hsts ??=
      this.#speaksTls && this.endpoint !== undefined
        ? hstsOf(this.#server, this.endpoint.handshake, this.#project.paths.environment.target)
        : unknown('whether it speaks TLS is not known, or it does not');
    return this.#hsts;
  }

  get insecureUrls(): NonNullable<Site['insecureUrls']> {
    this.#insecureUrls ??= insecureUrlsOf(this.#server, this.listeners, this.#project);
    return this.#insecureUrls;
  }
}
