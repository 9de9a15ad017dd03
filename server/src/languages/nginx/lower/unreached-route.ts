/** Owns routes of servers that no request comes to: what would become of one there is told by nothing but that. */
import type { Handshake } from '../../../model/handshake.ts';
import type { Unreached } from '../../../model/listening.ts';
import type { Route, WebSocketEvidence } from '../../../model/model.ts';
import { type Place, type Unknown, unknown } from '../../../model/origin.ts';

export const NO_REQUESTS: Unknown = unknown('other servers of its sockets have its names');

export class UnreachedRoute implements Route {
  readonly upgrade = NO_REQUESTS;
  readonly backendHttp = NO_REQUESTS;
  readonly idle = NO_REQUESTS;
  readonly earlyData = NO_REQUESTS;

  constructor(
    private readonly route: Route,
    private readonly why: Unreached,
  ) {}

  get place(): Place {
    return this.route.place;
  }

  get label(): string {
    return this.route.label;
  }

  get path(): string | undefined {
    return this.route.path;
  }

  get upstream(): string {
    return this.route.upstream;
  }

  get webSocket(): WebSocketEvidence {
    return this.route.webSocket;
  }

  get handshake(): Handshake {
    return {
      overHttp2: undefined,
      host: NO_REQUESTS,
      alwaysAsks: NO_REQUESTS,
      anyProtocol: NO_REQUESTS,
      shadow: { ...this.why, offers: [] },
    };
  }
}
