/** Owns the texts that say how the program is used. */

export const HELP = `wsslint says what your reverse proxy's TLS and WebSocket configuration will really do.

Usage:
  wsslint [check] PATH…      check files, and folders with all they contain
  wsslint certs PATH…        list the certificates in files and folders, and those that configurations there name
  wsslint explain RULE       print the page of a rule
  wsslint rules              list the rules
  wsslint show FILE          print what a configuration does in effect, and where each value comes from
  wsslint verify FILE…       check the chain of certificates in each file, the server's own first
  wsslint lsp --stdio        run the language server

Options of check:
  --format FORMAT            pretty (default), json, sarif, github or checkstyle; "rules" takes pretty and json,
                             "certs" table, json and csv
  --fail-on SEVERITY         exit with 1 from this severity on: error, warning (default), info, or never
  --now DATE                 judge certificates as of this day or moment: 2026-03-31, 2026-03-31T18:00:00Z;
                             "certs" takes it, too
  --fix[=behaviour]          apply the fixes that are safe; "behaviour": also those that change who may connect
                             or how long
  --dry-run                  with --fix: print the changes as a diff, write nothing
  --password-file FILE       try the passwords in this file, one a line, on PKCS#12 containers (.p12, .pfx); "certs"
                             and "verify" take it, too
  --nginx-binary PATH        run this nginx with -V, and judge for its versions where nothing else says any; "show"
                             takes it, too

Options of verify:
  --ca FILE                  the certificates to trust; without it, a dated list of the public roots
  --name NAME                the host name, IP address or mailbox that the certificate must be for
  --usage USAGE              server (default) or client: whose certificate it is
  --strict                   refuse also what only breaks the profile of RFC 5280 or of the CA/Browser Forum
  --format, --now            as above; pretty or json

  -h, --help                 print this text
  -V, --version              print the version
  --                         what follows is a path, whatever it looks like

Exit codes:
  0  nothing found at or above --fail-on      2  wrong usage, or input that cannot be read
  1  something found, or a chain not valid    3  an error of wsslint itself

Settings are read from wsslint.json in the folder of a file or above it.
`;

/** What stands below a complaint about the arguments. */
export const HINT = 'Try "wsslint --help".';
