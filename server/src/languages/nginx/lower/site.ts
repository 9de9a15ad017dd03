/** Owns one site of the model. What only some rules ask for is worked out when they do. */
import type { Unreached } from '../../../model/listening.ts';
import type { Listener, Route, Site, SiteName, TlsEndpoint } from '../../../model/model.ts';
import { known, type Place, unknown } from '../../../model/origin.ts';
import type { NginxProject } from '../project.ts';
import { hstsOf } from './hsts.ts';
import { insecureUrlsOf } from './insecure-urls.ts';
import type { MadeRoute } from './other-routes.ts';
import { plainAnswerOf } from './plain.ts';
import { redirectsOf } from './redirects.ts';
import type { Server } from './servers.ts';
import { trafficOf } from './sockets.ts';
import { NO_REQUESTS } from './unreached-route.ts';

export class ServerSite implements Site {
  private knownRedirects: Site['redirects'] | undefined;
  private knownAnswer: Site['plainAnswer'] | undefined;
  private knownHsts: Site['hsts'] | undefined;
  private knownUrls: Site['insecureUrls'];
  private knownRoutes: readonly Route[] | undefined;

  constructor(
    private readonly server: Server,
    readonly listeners: readonly Listener[],
    readonly endpoint: TlsEndpoint | undefined,
    private readonly made: readonly MadeRoute[],
    private readonly speaksTls: boolean,
    private readonly project: NginxProject,
    readonly unreached: Unreached | undefined,
  ) {}

  get routes(): readonly Route[] {
    this.knownRoutes ??= this.made.map((made) => made[0]);
    return this.knownRoutes;
  }

  get place(): Place {
    return this.server.place;
  }

  get label(): string {
    return this.server.label;
  }

  get names(): readonly SiteName[] {
    return this.server.names;
  }

  get redirects(): Site['redirects'] {
    if (this.unreached !== undefined) return NO_REQUESTS;
    this.knownRedirects ??= known(
      redirectsOf(this.server.scope, this.made, this.listeners, this.project.paths.environment.webSocketPaths),
      { kind: 'written', place: this.place },
    );
    return this.knownRedirects;
  }

  get traffic(): Site['traffic'] {
    return trafficOf(this.server.scope);
  }

  get plainAnswer(): Site['plainAnswer'] {
    if (this.unreached !== undefined) return NO_REQUESTS;
    this.knownAnswer ??= plainAnswerOf(this.server.scope);
    return this.knownAnswer;
  }

  get hsts(): Site['hsts'] {
    if (this.unreached !== undefined) return NO_REQUESTS;
    this.knownHsts ??=
      this.speaksTls && this.endpoint !== undefined
        ? hstsOf(this.server, this.endpoint.handshake, this.project.paths.environment.target)
        : unknown('whether it speaks TLS is not known, or it does not');
    return this.knownHsts;
  }

  get insecureUrls(): NonNullable<Site['insecureUrls']> {
    if (this.unreached !== undefined) return NO_REQUESTS;
    this.knownUrls ??= insecureUrlsOf(this.server, this.listeners, this.project);
    return this.knownUrls;
  }
}
