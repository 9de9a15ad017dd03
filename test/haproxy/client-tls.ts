/** Owns asking a listener for the certificate of a name. */
import { connect } from 'node:tls';

/** The common or alternative name in the certificate that a listener presents for a name; rejects where the handshake fails. */
export function clientTls(port: number, servername: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername, rejectUnauthorized: false }, () => {
      const { subjectaltname = '' } = socket.getPeerCertificate();
      socket.destroy();
      resolve(subjectaltname.replace(/^DNS:/, ''));
    });
    socket.on('error', reject);
  });
}
