/** Owns one round: a generated configuration is lowered, started, asked, and the two are compared. */
import { webSocketBackend } from '../kit/backends.ts';
import { keeper } from '../kit/keeper.ts';
import { nginxOpenssl, nginxVersion, startNginx } from '../kit/nginx.ts';
import { loadProject } from '../nginx/project.ts';
import { BACKEND, type Configuration, filesOf } from './configuration.ts';
import { type Compared, observe } from './observe.ts';

/** What the wire contradicts, on the current generation of nginx; what was compared is added to `compared`. */
export async function differencesOf(configuration: Configuration, compared: Compared): Promise<readonly string[]> {
  const files = await filesOf(configuration);
  const target = { nginx: await nginxVersion(), openssl: await nginxOpenssl() };
  const inPlace = Object.fromEntries(Object.entries(files).map(([name, text]) => [`/etc/nginx/${name}`, text]));
  const { model } = loadProject(inPlace, { target, root: '/etc/nginx/nginx.conf' });
  const { keep, stopAll } = keeper();
  try {
    const backend = await keep(webSocketBackend());
    const nginx = await keep(startNginx({ files, backends: { [BACKEND]: backend.port } }));
    const seen = await observe(model, configuration, nginx, backend);
    for (const [name, count] of Object.entries(seen.compared)) compared[name as keyof Compared] += count;
    return seen.differences;
  } finally {
    await stopAll();
  }
}
