// What editors make of our element templates. Arguments: a file of templates and a diagram with a plain task `work`.
// Prints as JSON: what the public schemas find wrong, what the editors find wrong, and for each template the diagram that an
// editor of its family saves once the template is put on the task, or on the process.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { validateAll, validateAllZeebe } from '@bpmn-io/element-templates-validator';
import { build } from 'esbuild';
import { launch } from './chromium.mjs';

const [file, diagram] = process.argv.slice(2);
const templates = JSON.parse(readFileSync(file, 'utf8'));
const xml = readFileSync(diagram, 'utf8');
const families = {
  camunda: templates.filter((template) => !template.$schema.includes('zeebe')),
  zeebe: templates.filter((template) => template.$schema.includes('zeebe')),
};
const invalid = [validateAll(families.camunda), validateAllZeebe(families.zeebe)].flatMap(({ results }) =>
  results.filter((result) => !result.valid).flatMap((result) => (result.errors ?? []).map((error) => `${result.object?.id}: ${error.message}`)),
);

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('editor.js', import.meta.url))],
  bundle: true,
  write: false,
  format: 'iife',
  loader: { '.css': 'empty' },
  logLevel: 'silent',
});
const browser = await launch();
const page = await browser.newPage();
const complaints = [];
page.on('pageerror', (error) => complaints.push(error.message));
await page.setContent('<!doctype html><html><body></body></html>');
await page.addScriptTag({ content: outputFiles[0].text });

const saved = {};
for (const [family, own] of Object.entries(families)) {
  for (const template of own) {
    const answer = await page.evaluate(
      async ([kind, text, all, id]) => {
        const { modeler, errors } = await window.openEditor(kind, text, all);
        const elements = modeler.get('elementTemplates');
        const registry = modeler.get('elementRegistry');
        const wanted = elements.getLatest(id)[0];
        const target = wanted.appliesTo.includes('bpmn:Process') ? modeler.get('canvas').getRootElement() : registry.get('work');
        elements.applyTemplate(target, wanted);
        const written = (await modeler.saveXML({ format: true })).xml;
        modeler.destroy();
        return { written, errors };
      },
      [family, xml, own, template.id],
    );
    complaints.push(...answer.errors);
    saved[template.id] = answer.written;
  }
}
await browser.close();
console.log(JSON.stringify({ invalid, complaints, saved }));
