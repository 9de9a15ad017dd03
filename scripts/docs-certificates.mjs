/** Owns docs/certificates.md: what servers, clients and wsslint say of certificate situations, as a test recorded it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { cell, code, listed, note, table } from './docs-words.mjs';

/** What the servers of one product say of a situation, with their versions where these differ. */
function outcomes(id, servers, pick) {
  const groups = new Map();
  for (const [name, all] of servers) {
    if (all[id] === undefined) continue;
    const text = pick(all[id]);
    // Generations may have the same Apache with another OpenSSL.
    const version = name.startsWith('Apache ') ? name.slice('Apache '.length) : name.split(' ')[1];
    groups.set(text, [...(groups.get(text) ?? []), version]);
  }
  const words = [...groups].map(([text, versions]) =>
    groups.size === 1 ? cell(text) : `${listed(versions)}: ${cell(text)}`,
  );
  return words.length === 0 ? '–' : words.join('<br>');
}

/** Certificate situations and what everybody says of them; `WSSLINT_RECORD=1` with test/situations writes them down. */
export function situationsPage(root) {
  const { situations, servers } = JSON.parse(readFileSync(path.join(root, 'docs/certificates.json'), 'utf8'));
  const all = Object.entries(servers);
  const of = (product) => all.filter(([name]) => name.startsWith(product));
  const said = ({ check }) => (check === 'silent' ? 'silent' : code(check));
  const met = ({ handshake }) =>
    handshake === undefined ? 'does not start' : handshake === 'ok' ? 'ok' : cell(handshake);
  const rows = situations.map(({ id, title, rules }) => [
    cell(title),
    outcomes(id, of('nginx'), said),
    outcomes(id, of('nginx'), met),
    outcomes(id, of('HAProxy'), said),
    outcomes(id, of('HAProxy'), met),
    outcomes(id, of('Apache'), said),
    outcomes(id, of('Apache'), met),
    rules.length === 0 ? 'nothing' : rules.map((rule) => `[${rule}](rules/${rule}.md)`).join('<br>'),
  ]);
  return `${note('docs/certificates.json, which `test/situations` records')}
# Certificates: what the servers say, and what wsslint says

Each line is a situation that a test builds with certificates of its own. \`nginx -t\` and \`haproxy -c\` judge it; Apache, whose own check
takes nearly everything, is started, and its first warning or error counts. Then a client that trusts the root connects to the server:
\`openssl s_client\`, or where clients need a certificate a request with a good one. The words are those of the programs; \`…\` stands for where in OpenSSL an error came from. Measured with ${listed(all.map(([name]) => name))}; the client is OpenSSL 3.0.

${table(['Situation', '`nginx -t`', 'Client of nginx', '`haproxy -c`', 'Client of HAProxy', 'Apache starts', 'Client of Apache', 'wsslint'], rows)}
OpenSSL’s client takes a common name and the certificate of an authority; browsers and strict verifiers do not, as the pages of the rules say.
`;
}
