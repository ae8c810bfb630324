// Paged.js in Debian's Chromium: node pagedjs.mjs FOLDER OUTPUT TOOLS, where TOOLS/node_modules has pagedjs and puppeteer-core.
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, output, tools] = process.argv.slice(2);
const load = createRequire(resolve(tools, "package.json"));
const puppeteer = load("puppeteer-core");
const browser = await puppeteer.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--allow-file-access-from-files"],
  protocolTimeout: 0,
});
const page = await browser.newPage();
page.setDefaultTimeout(0);
await page.evaluateOnNewDocument(() => {
  window.PagedConfig = { auto: false };
});
await page.goto(pathToFileURL(resolve(folder, "book.html")).href, { waitUntil: "load" });
await page.addScriptTag({ path: resolve(tools, "node_modules/pagedjs/dist/paged.polyfill.js") });
await page.evaluate(() => window.PagedPolyfill.preview());
await page.pdf({ path: output, preferCSSPageSize: true, printBackground: true, tagged: true, outline: true, timeout: 0 });
await browser.close();
