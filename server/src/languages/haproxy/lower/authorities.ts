/** Owns verification without authorities: HAProxy does not start then (seen with 2.6, 3.0 and 3.2). */
import { BIND_VALUES } from '../../../facts/haproxy.ts';
import type { ConfigProblem } from '../../../model/model.ts';
import type { PathContext } from '../paths.ts';
import { isDisabled, type ProxySection, placeOf } from '../proxies.ts';
import { verifyBackEnd } from '../realize/hops.ts';
import { alwaysIn, parametersOf, statementsOf } from '../syntax/query.ts';
import { plainServers } from './hop-servers.ts';
import { sharedVerify, verifiedBy } from './hops.ts';

function ofBinds(proxy: ProxySection): ConfigProblem[] {
  return statementsOf(proxy.section, 'bind').flatMap((bind): ConfigProblem[] => {
    const parameters = parametersOf(bind.words, 2, BIND_VALUES);
    const names = new Set(parameters.map(({ name }) => name.value));
    const verify = parameters.findLast(({ name }) => name.value === 'verify');
    if (!names.has('ssl') || names.has('ca-file') || names.has('crt-list') || !alwaysIn(proxy.section, bind)) return [];
    if (verify?.value === undefined || !/^(?:optional|required)$/.test(verify.value.value)) return [];
    if (parameters.some(({ name }) => name.variable)) return [];
    return [
      {
        rule: 'config-syntax',
        place: placeOf(bind, { start: verify.name.span.start, end: verify.value.span.end }),
        message: `HAProxy does not start: \`verify ${verify.value.value}\` needs a \`ca-file\` with the authorities of the clients`,
      },
    ];
  });
}

function ofServers(proxy: ProxySection, context: PathContext, part: boolean): ConfigProblem[] {
  if (
    proxy.unclear !== undefined ||
    statementsOf(proxy.section, 'default-server').some((line) => !alwaysIn(proxy.section, line))
  )
    return [];
  const shared = sharedVerify(context, part);
  return plainServers(proxy).flatMap((server): ConfigProblem[] => {
    const { parameters } = server;
    const ssl = parameters.get('ssl');
    if (ssl === undefined || parameters.has('ca-file')) return [];
    const verified = verifiedBy(server, shared);
    if (!verified.known || !verified.value) return [];
    return [
      {
        rule: 'config-syntax',
        place: placeOf(ssl.statement, ssl.name.span),
        message:
          'HAProxy does not start: towards servers, `ssl` verifies by default, and without `ca-file` there is nothing to verify with',
        offers: [
          {
            title: 'Verify the back end (fill in whom to trust, and check the name)',
            safety: 'sketch',
            remedy: { kind: 'edit', edits: () => verifyBackEnd([server]) },
          },
        ],
      },
    ];
  });
}

export function authorityProblems(
  proxies: readonly ProxySection[],
  context: PathContext,
  part: boolean,
): ConfigProblem[] {
  return proxies.flatMap((proxy) => {
    if (isDisabled(proxy)) return [];
    return [
      ...(proxy.kind === 'backend' ? [] : ofBinds(proxy)),
      ...(proxy.kind === 'frontend' ? [] : ofServers(proxy, context, part)),
    ];
  });
}
