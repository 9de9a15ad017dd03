/** Owns ports for servers that cannot be told to take any free one. */
import { type AddressInfo, createServer, type Server } from 'node:net';

/** Different ports of 127.0.0.1 that nobody uses at this moment. */
export async function freePorts(count: number): Promise<number[]> {
  // All are held until all are known, so that no port comes twice.
  const holders = await Promise.all(Array.from({ length: count }, () => listenAnywhere(createServer())));
  await Promise.all(holders.map(({ server }) => new Promise((done) => server.close(done))));
  return holders.map(({ port }) => port);
}

/** Lets a server listen on a port of 127.0.0.1 that the system chooses. */
export function listenAnywhere<S extends Server>(server: S): Promise<{ readonly server: S; readonly port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve({ server, port: (server.address() as AddressInfo).port }));
  });
}
