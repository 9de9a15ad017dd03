/** Owns websocket-upgrade-dropped: a WebSocket route whose handshake does not reach the back end. */
import { type Route, type UpgradeLoss, type WebSocketRoute, webSocketsOf } from '../../model/model.ts';
import type { Offer, Related, Rule } from '../rule.ts';

/** The loss that the finding is placed at: a written one before one that is only missing. */
function mainLoss(losses: readonly UpgradeLoss[]): UpgradeLoss | undefined {
  return losses.find(({ kind }) => kind === 'refused') ?? losses.find(({ kind }) => kind !== 'missing') ?? losses[0];
}

/** What becomes of a handshake. */
function outcomeOf(main: UpgradeLoss, losses: readonly UpgradeLoss[]): string {
  if (main.kind === 'refused') return 'The client gets a 403 instead of 101, and the back end sees nothing of it';
  if (main.kind === 'replaced') return 'The back end answers 101, and the client gets something else';
  return losses.some(({ lost }) => lost === 'request')
    ? 'The back end sees an ordinary request and answers with an error instead of 101'
    : 'The client sees a 101 that it has to refuse';
}

function offersFor(route: Route): Offer[] {
  const safety = route.upgrade.known ? (route.upgrade.value.safety ?? 'safe') : 'safe';
  return [
    { title: 'Forward the upgrade', safety, remedy: { kind: 'forward-upgrade', route } },
    {
      title: 'Forward the upgrade to `websocket`, and to no other protocol',
      safety,
      remedy: { kind: 'forward-upgrade', route, only: true },
    },
  ];
}

/** Of a part of a configuration that leaves the decision to what is around it. */
function conditionally(webSocket: WebSocketRoute['webSocket'], needs: string): string {
  const them = webSocket.level === 'certain' ? 'WebSocket handshakes' : 'If this is a WebSocket, its handshakes';
  const why = webSocket.level === 'certain' ? '' : `. It looks like one because ${webSocket.why}`;
  return `${them} may not get through here: ${needs}${why}`;
}

export const rule: Rule = {
  id: 'websocket-upgrade-dropped',
  severity: 'error',
  since: '0.1.0',
  summary: 'The WebSocket handshake does not reach the back end, so no connection comes about',
  sources: [
    'https://nginx.org/en/docs/http/websocket.html',
    'https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#protoupgrade',
    'https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1',
    'https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1',
  ],
  check({ model, report }) {
    for (const route of webSocketsOf(model)) {
      const { webSocket, upgrade } = route;
      if (!upgrade.known && route.upgradeNeeds !== undefined) {
        report({ severity: 'info', at: route.place, message: conditionally(webSocket, route.upgradeNeeds) });
      }
      if (!upgrade.known || upgrade.value.passes) continue;
      const { losses } = upgrade.value;
      // What is lost over HTTP/2 is websocket-http2-backend's, and its fix brings the headers along.
      if (losses.some(({ kind }) => kind === 'http2')) continue;
      const main = mainLoss(losses);
      if (main === undefined) continue;
      const certain = webSocket.level === 'certain';
      const related: Related[] = [
        ...losses
          .filter((loss) => loss !== main && loss.place !== main.place)
          .map(({ place, message }) => ({ place, message })),
        ...losses.flatMap((loss) => [...loss.related]),
      ];
      report({
        severity: certain ? 'error' : 'warning',
        at: main.place,
        message:
          `${certain ? 'WebSocket handshakes do not get through here' : 'If this is a WebSocket, its handshakes do not get through here'}: ` +
          `${losses.map((loss) => loss.message).join('; ')}. ` +
          (certain ? '' : `It looks like one because ${webSocket.why}. `) +
          outcomeOf(main, losses),
        related,
        // Whether a handshake may come in is not for a fix to say.
        offers: main.kind === 'refused' || main.kind === 'replaced' ? [] : offersFor(route),
      });
    }
  },
};
