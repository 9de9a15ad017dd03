/** Owns client certificates that lines of a `crt-list` ask for: what each name is asked, and when another name is a way around. */
import { describe, expect, it } from 'vitest';
import { load } from './project.ts';

const config = (bind: string, rules = '', back = '') => `defaults
    mode http
    timeout client 5s
    timeout server 5s
frontend web
    bind :443 ssl crt-list /project/list ${bind}
${rules}    default_backend app
backend app
${back}    server one 127.0.0.1:3000
`;

/** What is asked of each endpoint, with the kinds of ways in. */
function asked(list: string, bind = 'ca-file /project/ca.pem', rules = '', back = ''): string[] {
  const { model } = load(config(bind, rules, back), { files: { '/project/list': list } });
  return model.sites.flatMap(({ endpoint }) => {
    if (endpoint === undefined) return [];
    const { clientCertificates: fact, label } = endpoint;
    if (!fact.known) return [`${label.split(' ')[0]}: ${fact.why}`];
    const { demand, ways } = fact.value;
    return [
      `${label.split(' ')[0]}: ${demand} ${ways.known ? ways.value.map(({ kind }) => kind).join(' ') : ways.why}`.trim(),
    ];
  });
}

const LIST = 'www.pem www.example\nshop.pem [verify required] shop.example\n';

describe('what is asked', () => {
  it('for the names of a line, and for the others', () => {
    expect(asked(LIST)).toEqual(['bind: none', 'shop.pem: required everything']);
    expect(asked('www.pem\nshop.pem [verify none] shop.example\n', 'ca-file /project/ca.pem verify required')).toEqual([
      'bind: required',
      'shop.pem: none',
    ]);
    expect(asked('shop.pem [verify optional] shop.example\n')).toEqual(['bind: none', 'shop.pem: optional everything']);
    expect(asked('shop.pem [ssl-min-ver TLSv1.3] shop.example\n', 'ca-file /project/ca.pem verify required')).toEqual([
      'bind: required',
      'shop.pem: required',
    ]);
    expect(
      asked('shop.pem [ca-file /project/other.pem] shop.example\n', 'verify required ca-file /project/ca.pem'),
    ).toEqual(['bind: required', 'shop.pem: this line of the `crt-list` has authorities of its own']);
  });

  it('authorities that the lines of a list use are not for nothing', () => {
    const ways = (list: string) => asked(list)[0];
    expect(ways('www.pem www.example\n')).toBe('bind: none unasked');
    expect(ways(LIST)).toBe('bind: none');
  });
});

describe('another name is no way around', () => {
  it.each<[string, Parameters<typeof asked>]>([
    ['where all are asked', ['www.pem [verify required] www.example\nshop.pem [verify required] shop.example\n']],
    ['where the `bind` line asks the others', [LIST, 'ca-file /project/ca.pem verify required']],
    ['where there is one certificate', ['shop.pem [verify required] shop.example\n']],
    [
      'where a rule compares the names',
      [LIST, undefined, '    http-request deny if { hdr(host) shop.example } !{ ssl_fc_sni shop.example }\n'],
    ],
    [
      'where a rule looks at the certificate',
      [LIST, undefined, '    http-request deny if { hdr(host) shop.example } !{ ssl_c_used }\n'],
    ],
    ['where a back end does', [LIST, undefined, '', '    http-request deny unless { ssl_fc_has_crt }\n']],
    ['where a script may', [LIST, undefined, '    http-request lua.check\n']],
    ['where bytes go through', [LIST, undefined, '    mode tcp\n']],
    ['where a back end is not seen', [LIST, undefined, '    use_backend other if { path /x }\n']],
  ])('%s', (_, given) => {
    expect(asked(...given).filter((line) => line.includes('required everything'))).toEqual([]);
  });
});
