/** Owns the lowering of what happens to a handshake beyond its two headers. */
import { describe, expect, it } from 'vitest';
import { type Route, routesOf } from '../../server/src/model/model.ts';
import { http, loadProject, type Options } from './project.ts';

function routeOf(inside: string, options: Options = {}): Route {
  const [first, ...more] = routesOf(loadProject(http(inside), options).model);
  if (first === undefined || more.length > 0) throw new Error('the test needs exactly one route');
  return first;
}

describe('HTTP/2 to the back end', () => {
  const over = (server: string, location: string) =>
    routeOf(`server { ${server} location /x { proxy_pass http://b; ${location} } }`).handshake.overHttp2;

  it.each([
    ['nothing written', '', '', undefined],
    ['1.1', '', 'proxy_http_version 1.1;', undefined],
    ['at the route', '', 'proxy_http_version 2;', 'none'],
    ['further out', 'proxy_http_version 2;', '', 'none'],
    ['further out, and another at the route', 'proxy_http_version 2;', 'proxy_http_version 1.1;', undefined],
    ['a value that nginx does not know', '', 'proxy_http_version 3;', undefined],
    ['beside an include that is not there', 'proxy_http_version 2;', 'include gone;', undefined],
  ])('%s', (_, server, location, handshake) => expect(over(server, location)?.handshake).toBe(handshake));

  it('loses the handshake besides what the headers lose', () => {
    const { upgrade } = routeOf('server { location /x { proxy_pass http://b; proxy_http_version 2; } }');
    expect(upgrade.known && upgrade.value.losses.map(({ kind }) => kind)).toEqual(['http2', 'missing']);
  });
});
