// Builds what is served: one style sheet from look/*.scss, and govuk-frontend's behaviour and htmx as modules.
// node build.mjs <folder with node_modules> <folder of static files>
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [, , packages, served] = process.argv;
const here = new URL('.', import.meta.url).pathname;
const require = createRequire(join(packages, 'anchor.js'));
const sass = require('sass');
const esbuild = require('esbuild-wasm');

/** govuk-frontend's names for colours, and our tokens. */
const COLOURS = {
  text: 'ink', 'secondary-text': 'muted', border: 'line', 'input-border': 'edge', error: 'error', focus: 'focus',
  'focus-text': 'on-focus', link: 'link', 'link-hover': 'link', 'link-active': 'link', hover: 'line',
  'body-background': 'card', 'print-text': 'ink',
};
/** Variants of the components that no page of ours uses. */
const UNUSED = /--small|--xl|--disabled|extra-letter|conditional|no-border|summary-card|actions-list|cannot-start|focusable|__prefix|__divider|govuk-tag|(label|legend)--[ms]/;

function token(_, name) {
  if (!(name in COLOURS)) throw new Error(`no token for govuk-frontend's colour ${name}`);
  return `var(--${COLOURS[name]})`;
}

/** Our typeface is inherited, our colours are tokens, and old browsers' exceptions are left out. */
function dressed(css) {
  const [theirs, ours] = css.split('/*! ours */');
  return undressed(theirs) + ours;
}

function undressed(css) {
  return css
    .replace(/var\(--govuk-([a-z-]+)-colour, [^)]*\)/g, token)
    .replace(/font-family: ?"inherit";\s*-webkit-font-smoothing: ?antialiased;\s*-moz-osx-font-smoothing: ?grayscale;?/g, '')
    .replace(/@media print ?\{\s*[^{}]+\{\s*font-family: ?sans-serif;?\s*\}\s*\}/g, '')
    .replace(/:root ?\{\s*--govuk-frontend-version[^}]*\}/, '')
    .replace(/@media screen and \(forced-colors: active\), \(-ms-high-contrast: active\)/g, '@media (forced-colors: active)')
    .replace(/@supports not \(caret-color: auto\) ?\{[^{}]*\{[^{}]*\}\s*\}/g, '')
    .replace(/^ *(\.govuk[^{}]*?) ?\{[^{}]*\}\n?/gm, (rule, selectors) => {
      const kept = selectors.split(',').filter((selector) => !UNUSED.test(selector));
      return kept.length ? rule.replace(selectors, kept.join(',')) : '';
    });
}

const compiled = sass.compile(join(here, 'look/look.scss'), { loadPaths: [join(packages, 'node_modules')], charset: false });
const small = await esbuild.transform(dressed(compiled.css), { loader: 'css', minify: true, target: ['chrome109', 'firefox115', 'safari15'] });
writeFileSync(join(served, 'look.css'), small.code.replaceAll('}', '}\n'));

const behaviour = await esbuild.build({
  stdin: { contents: readFileSync(join(here, 'behaviour.mjs'), 'utf8'), resolveDir: packages, loader: 'js' },
  bundle: true, minify: true, format: 'esm', write: false, legalComments: 'none',
  banner: { js: '/* govuk-frontend, MIT licence, Copyright (c) 2017 Crown Copyright (Government Digital Service). See LICENCES.md */' },
});
writeFileSync(join(served, 'govuk.js'), behaviour.outputFiles[0].contents);

const htmx = await esbuild.transform(readFileSync(require.resolve('htmx.org/dist/htmx.esm.js'), 'utf8'), { minify: true, format: 'esm', legalComments: 'none' });
writeFileSync(join(served, 'htmx.js'), `/* htmx, Zero-Clause BSD. See LICENCES.md */\n${htmx.code}`);
await esbuild.stop?.();
