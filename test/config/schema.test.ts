import { describe, expect, it } from 'vitest';
import { readSettings } from '../../server/src/config/read.ts';
import { jsonSchema } from '../../server/src/config/schema.ts';

const rules = [{ id: 'certificate-expired', summary: 'A certificate is over.' }];

interface Schema {
  readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

describe('the JSON Schema of wsslint.json', () => {
  const schema = jsonSchema(rules) as unknown as Schema;

  it('describes every setting in a sentence', () => {
    expect(Object.keys(schema.properties)).toEqual([
      '$schema',
      'target',
      'roots',
      'pathMap',
      'profile',
      'rules',
      'overrides',
      'webSocketPaths',
      'expiryDays',
    ]);
    for (const property of Object.values(schema.properties)) expect(property.description).toMatch(/^\S.*[.}]\.?$/);
  });

  it('offers the rules with their summaries, and no other names', () => {
    expect(schema.properties.rules).toMatchObject({
      additionalProperties: false,
      properties: {
        'certificate-expired': {
          description: 'A certificate is over.',
          oneOf: [{ enum: expect.anything() }, expect.anything()],
        },
      },
    });
  });

  it('can be written as JSON and names only settings that reading knows', () => {
    const copy = JSON.parse(JSON.stringify(schema)) as Schema;
    expect(copy).toEqual(schema);
    for (const name of Object.keys(copy.properties)) {
      const { problems } = readSettings(`{${JSON.stringify(name)}: null}`, '/', rules);
      expect(problems.map(({ message }) => message).join()).not.toContain('there is no setting');
    }
  });
});
