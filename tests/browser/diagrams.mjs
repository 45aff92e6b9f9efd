// Opens each diagram given as an argument in bpmn-js, as a BPMN editor does, and prints as JSON what an editor would complain about:
// import warnings, elements without a shape, shapes and labels that lie over each other, findings of bpmnlint.
// With --svg FOLDER also writes each diagram's picture there.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { launch } from './chromium.mjs';

const require = createRequire(import.meta.url);
const camunda = require('camunda-bpmn-moddle/resources/camunda.json');
const paths = process.argv.slice(2);
const svgAt = paths.indexOf('--svg');
const folder = svgAt < 0 ? null : paths.splice(svgAt, 2)[1];

async function open(page, xml) {
  return page.evaluate(
    async ([text, camundaModdle]) => {
      document.body.innerHTML = '<div id="canvas" style="width: 2400px; height: 1400px"></div>';
      const modeler = new window.BpmnJS({ container: '#canvas', moddleExtensions: { camunda: camundaModdle } });
      const { warnings } = await modeler.importXML(text);
      const registry = modeler.get('elementRegistry');
      const drawn = registry.filter((e) => e.waypoints === undefined && e.type !== 'label' && e.parent);
      const inside = (a, b) => { for (let p = a.parent; p; p = p.parent) if (p === b) return true; return false; };
      const overlap = (a, b, slack) =>
        a.x + slack < b.x + b.width && b.x + slack < a.x + a.width && a.y + slack < b.y + b.height && b.y + slack < a.y + a.height;
      const attached = (a, b) => a.host === b || b.host === a;
      const solid = drawn.filter((e) => !['bpmn:Lane', 'bpmn:Participant', 'bpmn:SubProcess', 'bpmn:TextAnnotation', 'bpmn:Group'].includes(e.type));
      const overlaps = [];
      for (let i = 0; i < solid.length; i++)
        for (let j = i + 1; j < solid.length; j++)
          if (!attached(solid[i], solid[j]) && !inside(solid[i], solid[j]) && overlap(solid[i], solid[j], 2))
            overlaps.push(`${solid[i].id} ~ ${solid[j].id}`);
      const labels = registry.filter((e) => e.type === 'label');
      for (const label of labels)
        for (const shape of solid)
          if (label.labelTarget !== shape && overlap(label, shape, 6)) overlaps.push(`label of ${label.labelTarget.id} ~ ${shape.id}`);
      const outside = solid.filter((e) => {
        const host = e.parent;
        return host.width && e.type !== 'bpmn:BoundaryEvent' && (e.x < host.x || e.y < host.y || e.x + e.width > host.x + host.width || e.y + e.height > host.y + host.height);
      });
      const known = new Set(registry.getAll().map((e) => e.id));
      const process = modeler.getDefinitions().rootElements.filter((e) => e.$type === 'bpmn:Process');
      const undrawn = [];
      const walk = (scope) => (scope.flowElements ?? []).forEach((e) => { if (!known.has(e.id)) undrawn.push(e.id); walk(e); });
      process.forEach(walk);
      const { svg } = await modeler.saveSVG();
      modeler.destroy();
      return { warnings: warnings.map((w) => w.message), undrawn, overlaps, outside: outside.map((e) => e.id), svg };
    },
    [xml, camunda],
  );
}

async function lint(xml) {
  const { default: Linter } = await import('bpmnlint/lib/linter.js');
  const { default: NodeResolver } = await import('bpmnlint/lib/resolver/node-resolver.js');
  const BpmnModdle = (await import('bpmn-moddle')).BpmnModdle ?? (await import('bpmn-moddle')).default;
  const { rootElement } = await new BpmnModdle({ camunda }).fromXML(xml);
  const linter = new Linter({ resolver: new NodeResolver({ require }), config: { extends: 'bpmnlint:recommended' } });
  const results = await linter.lint(rootElement);
  return Object.entries(results).flatMap(([rule, found]) => found.map((f) => `${rule}: ${f.id}: ${f.message}`));
}

const browser = await launch();
const page = await browser.newPage();
await page.setContent('<!doctype html><html><body></body></html>');
await page.addScriptTag({ path: require.resolve('bpmn-js/dist/bpmn-modeler.production.min.js') });
const answer = {};
for (const path of paths) {
  const xml = readFileSync(path, 'utf8');
  const { svg, ...faults } = await open(page, xml);
  answer[basename(path)] = { ...faults, lint: await lint(xml) };
  if (folder) writeFileSync(join(folder, `${basename(path, '.bpmn')}.svg`), svg);
}
await browser.close();
console.log(JSON.stringify(answer));
