/** Owns sections in `.if` blocks: what one arm says is not held against what another does. */
import { expect, it } from 'vitest';
import { load } from './project.ts';

const section = (bind: string) => `frontend web\n    bind ${bind}\n    default_backend app\n`;
const config = (front: string) =>
  `defaults\n    mode http\n    timeout client 5s\n${front}backend app\n    server one 127.0.0.1:3000\n`;
const answers = (front: string) =>
  load(config(front)).model.sites.map(({ plainAnswer }) => (plainAnswer.known ? plainAnswer.value : plainAnswer.why));

it('what plain requests get is not known in a block, because the other arm may be the one that runs', () => {
  const [tls, plain] = [section(':443 ssl crt site.pem'), section(':80')];
  expect(answers(`.if defined(TLS)\n${tls}.else\n${plain}.endif\n`)).toEqual([
    'the section stands in an `.if` block',
    'the section stands in an `.if` block',
  ]);
  expect(answers(plain)).toEqual(['pages']);
});

it('both arms have their routes', () => {
  const text = config(`.if defined(A)\n${section(':80')}.else\n${section(':81')}.endif\n`);
  expect(load(text).model.sites.flatMap(({ routes }) => routes.map(({ upstream }) => upstream))).toEqual([
    'app',
    'app',
  ]);
  expect(load(text).model.problems).toEqual([]);
});
