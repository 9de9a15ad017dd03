/** Owns the recognition of templates: texts that become a configuration only when a program has filled them in. */

/** Jinja, Go, Helm, Handlebars, Liquid: a placeholder is on one line and holds more than a Lua table of tables would. */
const BRACES = /\{\{[-~#^/&>!]?[ \t]*[A-Za-z_.$"'`(|][^{}\n]*\}\}|\{%[-+]?[^%\n]*%\}/;
/** ERB, EJS, ASP, PHP. */
const ANGLES = /<%[-=]?[^%]*%>|<\?(?:php|=)/;

/** Whether a text has placeholders of a template language, so that what nginx would say of it cannot be known. */
export function looksLikeTemplate(text: string): boolean {
  // Binary data may hold anything.
  if (text.includes('\0')) return false;
  return (
    ((text.includes('{{') || text.includes('{%')) && BRACES.test(text)) ||
    ((text.includes('<%') || text.includes('<?')) && ANGLES.test(text))
  );
}
