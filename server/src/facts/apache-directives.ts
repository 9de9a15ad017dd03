/**
 * Owns directives of Apache httpd 2.4 that are proposed and explained: where each may stand, and which words it knows. "docs" is
 * httpd.apache.org/docs/2.4/mod; that the places are those of `apache2 -L`, a test asks each generation of the server.
 */
import { DOCS } from './apache.ts';

/** main: outside of everything. host: in `<VirtualHost>`. section: in `<Directory>`, `<Location>` and their kind. */
export type ApachePlace = 'main' | 'host' | 'section' | 'htaccess';

export interface ApacheDirective {
  readonly name: string;
  /** As the documentation calls it: `mod_ssl`, `core`. */
  readonly module: string;
  /** Whether it opens a section. */
  readonly section: boolean;
  readonly places: ReadonlySet<ApachePlace>;
  /** The words of its first argument, where it knows only some. */
  readonly words: readonly string[];
  /** Its documentation. */
  readonly url: string;
}

/** m: main server only. o: outside of sections. a: anywhere. i: inside of sections. h: in `.htaccess`, too. */
const PLACES: Readonly<Record<string, readonly ApachePlace[]>> = {
  m: ['main'],
  o: ['main', 'host'],
  a: ['main', 'host', 'section'],
  ah: ['main', 'host', 'section', 'htaccess'],
  i: ['section'],
  ih: ['section', 'htaccess'],
};

/** By module and place; sections with their bracket. */
const TABLE: readonly (readonly [module: string, place: string, names: string])[] = [
  ['core', 'm', 'DefaultRuntimeDir Mutex ServerRoot ServerTokens <VirtualHost'],
  [
    'core',
    'o',
    'DocumentRoot ErrorLog KeepAlive KeepAliveTimeout MaxKeepAliveRequests Protocols ServerAdmin ServerAlias ServerName Timeout TraceEnable <Directory <DirectoryMatch <Location <LocationMatch',
  ],
  ['core', 'a', 'Define Include IncludeOptional LogLevel UnDefine UseCanonicalName'],
  [
    'core',
    'ah',
    'ErrorDocument LimitRequestBody Options ServerSignature SetHandler <Else <ElseIf <Files <FilesMatch <If <IfDefine <IfFile <IfModule',
  ],
  ['core', 'i', 'AllowOverride AllowOverrideList'],
  ['mpm_common', 'm', 'Listen'],
  ['mod_so', 'm', 'LoadModule'],
  ['mod_authz_core', 'ih', 'Require <RequireAll <RequireAny <RequireNone'],
  ['mod_headers', 'ah', 'Header RequestHeader'],
  ['mod_alias', 'a', 'Alias ScriptAlias'],
  ['mod_alias', 'o', 'AliasMatch'],
  ['mod_alias', 'ah', 'Redirect RedirectMatch RedirectPermanent RedirectTemp'],
  ['mod_macro', 'ah', 'UndefMacro Use <Macro'],
  ['mod_rewrite', 'ah', 'RewriteBase RewriteCond RewriteEngine RewriteOptions RewriteRule'],
  ['mod_rewrite', 'o', 'RewriteMap'],
  ['mod_setenvif', 'ah', 'SetEnvIf SetEnvIfExpr SetEnvIfNoCase'],
  ['mod_proxy', 'o', 'BalancerInherit ProxyPassInherit ProxyRequests ProxyTimeout ProxyVia <Proxy <ProxyMatch'],
  [
    'mod_proxy',
    'a',
    'BalancerMember ProxyAddHeaders ProxyErrorOverride ProxyPass ProxyPassMatch ProxyPassReverse ProxyPassReverseCookieDomain ProxyPassReverseCookiePath ProxyPreserveHost ProxySet',
  ],
  ['mod_ssl', 'm', 'SSLPassPhraseDialog SSLRandomSeed SSLSessionCache SSLStaplingCache'],
  [
    'mod_ssl',
    'o',
    'SSLCADNRequestFile SSLCADNRequestPath SSLCARevocationCheck SSLCARevocationFile SSLCARevocationPath SSLCertificateChainFile SSLCertificateFile SSLCertificateKeyFile SSLCompression SSLEngine SSLHonorCipherOrder SSLInsecureRenegotiation SSLOCSPEnable SSLOpenSSLConfCmd SSLProtocol SSLProxyCACertificateFile SSLProxyCACertificatePath SSLProxyCARevocationCheck SSLProxyCARevocationFile SSLProxyCheckPeerCN SSLProxyCheckPeerExpire SSLProxyCheckPeerName SSLProxyCipherSuite SSLProxyEngine SSLProxyMachineCertificateChainFile SSLProxyMachineCertificateFile SSLProxyProtocol SSLProxyVerify SSLProxyVerifyDepth SSLSessionCacheTimeout SSLSessionTicketKeyFile SSLSessionTickets SSLStaplingForceURL SSLStaplingResponderTimeout SSLStaplingReturnResponderErrors SSLStrictSNIVHostCheck SSLUseStapling',
  ],
  [
    'mod_ssl',
    'ah',
    'SSLCACertificateFile SSLCACertificatePath SSLCipherSuite SSLOptions SSLUserName SSLVerifyClient SSLVerifyDepth',
  ],
  ['mod_ssl', 'ih', 'SSLRenegBufferSize SSLRequire SSLRequireSSL'],
];

const DEMANDS = ['none', 'optional', 'require', 'optional_no_ca'];
const SWITCH = ['on', 'off'];
/** The first word of directives that know only some (docs, of each). */
const WORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['AllowOverride', ['None', 'All', 'AuthConfig', 'FileInfo', 'Indexes', 'Limit', 'Options=']],
  ['Header', ['always', 'set', 'setifempty', 'add', 'append', 'merge', 'edit', 'edit*', 'unset', 'echo', 'note']],
  ['RequestHeader', ['set', 'setifempty', 'add', 'append', 'merge', 'edit', 'edit*', 'unset']],
  ['Protocols', ['h2', 'h2c', 'http/1.1']],
  ['Redirect', ['permanent', 'temp', 'seeother', 'gone']],
  ['RewriteOptions', ['Inherit', 'InheritBefore', 'InheritDown', 'InheritDownBefore', 'IgnoreInherit']],
  ['SSLCARevocationCheck', ['chain', 'leaf', 'none']],
  ['SSLProxyCARevocationCheck', ['chain', 'leaf', 'none']],
  ['SSLEngine', ['on', 'off', 'optional']],
  [
    'SSLOpenSSLConfCmd',
    [
      'CipherString',
      'Ciphersuites',
      'Curves',
      'DHParameters',
      'Groups',
      'MaxProtocol',
      'MinProtocol',
      'Options',
      'SignatureAlgorithms',
    ],
  ],
  [
    'SSLOptions',
    ['StdEnvVars', 'ExportCertData', 'FakeBasicAuth', 'StrictRequire', 'OptRenegotiate', 'LegacyDNStringFormat'],
  ],
  ['SSLVerifyClient', DEMANDS],
  ['SSLProxyVerify', DEMANDS],
  ...[
    'BalancerInherit',
    'KeepAlive',
    'ProxyAddHeaders',
    'ProxyErrorOverride',
    'ProxyPassInherit',
    'ProxyPreserveHost',
    'ProxyRequests',
    'RewriteEngine',
    'SSLCompression',
    'SSLHonorCipherOrder',
    'SSLInsecureRenegotiation',
    'SSLProxyCheckPeerCN',
    'SSLProxyCheckPeerExpire',
    'SSLProxyCheckPeerName',
    'SSLProxyEngine',
    'SSLSessionTickets',
    'SSLStaplingReturnResponderErrors',
    'SSLStrictSNIVHostCheck',
    'SSLUseStapling',
  ].map((name) => [name, SWITCH] as const),
]);

/** By name in small letters. */
export const APACHE_DIRECTIVES: ReadonlyMap<string, ApacheDirective> = new Map(
  TABLE.flatMap(([module, place, names]) =>
    names.split(' ').map((written) => {
      const name = written.replace('<', '');
      const url = `${DOCS}/mod/${module}.html#${name.toLowerCase()}`;
      const places = new Set(PLACES[place]);
      const words = WORDS.get(name) ?? [];
      return [name.toLowerCase(), { name, module, section: name !== written, places, words, url }];
    }),
  ),
);
