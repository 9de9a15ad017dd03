/** Owns the sections of Apache httpd 2.4 and of the modules that come with it ("docs" is httpd.apache.org/docs/2.4). */

/** Named as the documentation writes them (docs/mod/quickreference.html). */
const SECTIONS: readonly string[] = [
  'AuthnProviderAlias',
  'AuthzProviderAlias',
  'Directory',
  'DirectoryMatch',
  'Else',
  'ElseIf',
  'Files',
  'FilesMatch',
  'If',
  'IfDefine',
  'IfDirective',
  'IfFile',
  'IfModule',
  'IfSection',
  'IfVersion',
  'Limit',
  'LimitExcept',
  'Location',
  'LocationMatch',
  'Macro',
  'MDomainSet',
  'Proxy',
  'ProxyMatch',
  'RequireAll',
  'RequireAny',
  'RequireNone',
  'VirtualHost',
];

const KEYS: ReadonlySet<string> = new Set(SECTIONS.map((name) => name.toLowerCase()));

export function isSection(name: string): boolean {
  return KEYS.has(name.toLowerCase());
}
