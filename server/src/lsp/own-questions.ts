/** Owns the questions that only our own client asks (`wsslint/…`), and what answers them. */
import type { Client } from './capabilities.ts';
import * as certificates from './certificates.ts';
import * as features from './features.ts';
import type { Requests } from './protocol.ts';
import type { Serving } from './serving.ts';
import type { Present } from './session.ts';

type Method = keyof Requests & string;

export function answerOwnQuestions({ connection, core, session, client, guards: { answered } }: Serving): void {
  const on = <M extends Method>(
    method: M,
    what: string,
    answer: (params: Requests[M]['params']) => Requests[M]['result'] | Promise<Requests[M]['result']>,
  ): void => {
    connection.onRequest(method, answered<Requests[M]['params'], unknown>(what, answer));
  };
  /** A question about a document; `nothing` is the answer where the document is not known. */
  const about = <M extends 'wsslint/certificate' | 'wsslint/certificateText' | 'wsslint/bundle'>(
    method: M,
    what: string,
    nothing: Requests[M]['result'],
    answer: (
      present: Present,
      own: Client,
      params: Requests[M]['params'],
    ) => Requests[M]['result'] | Promise<Requests[M]['result']>,
  ): void =>
    on(method, what, async (params) => {
      const present = await session.at(params.uri);
      const own = client();
      return present === undefined || own === undefined ? nothing : answer(present, own, params);
    });

  on('wsslint/effective', 'printing', async ({ uri, offset }) => {
    const present = await session.at(uri);
    return present === undefined ? { uri, text: '' } : features.effective(present, offset);
  });
  on('wsslint/rules', 'listing rules', () => core.rules.map(({ id, summary }) => ({ id, summary })));
  on('wsslint/explain', 'explaining a rule', ({ rule }) => {
    const markdown = core.page(rule);
    return markdown === undefined ? null : { markdown };
  });
  on('wsslint/certificates', 'listing certificates', async () => {
    const whole = await session.whole();
    const own = client();
    if (whole === undefined || own === undefined) return { groups: [], closed: [] };
    session.certificatesTold(whole);
    return certificates.certificateList(whole, own);
  });
  on('wsslint/unlock', 'opening containers', async ({ password }) => {
    const before = certificates.containersWithout(await session.whole());
    session.unlock(password);
    const closed = certificates.containersWithout(await session.whole());
    return { opened: before - closed, closed };
  });
  about('wsslint/certificate', 'describing a certificate', null, certificates.certificate);
  about('wsslint/certificateText', 'writing a certificate out', null, certificates.certificateText);
  about('wsslint/bundle', 'editing a bundle', { why: 'The file is not known' }, certificates.bundle);
}
