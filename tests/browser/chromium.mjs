// A headless Chromium: the system's where there is one, else the one in the npm package.
import { existsSync } from 'node:fs';
import packaged from '@sparticuz/chromium';
import { chromium } from 'playwright-core';

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function launch() {
  const found = SYSTEM.find((path) => existsSync(path));
  return chromium.launch({
    executablePath: found ?? (await packaged.executablePath()),
    args: [...(found ? [] : packaged.args), '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
    headless: true,
  });
}
