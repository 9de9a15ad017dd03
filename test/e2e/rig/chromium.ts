/** Owns the headless browser in which the tests see VS Code. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser to use, or undefined; set WSSLINT_CHROMIUM to name another. */
export function chromiumPath(): string | undefined {
  return [process.env.WSSLINT_CHROMIUM ?? '', ...places].find((place) => place !== '' && existsSync(place));
}

/** A headless browser that talks to nobody but the address it is given. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}
