// A BPMN editor with properties panel and element templates, bundled for the browser: window.openEditor(family, xml, templates).
import Modeler from 'bpmn-js/lib/Modeler';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, CamundaPlatformPropertiesProviderModule, ZeebePropertiesProviderModule } from 'bpmn-js-properties-panel';
import { CloudElementTemplatesPropertiesProviderModule, ElementTemplatesPropertiesProviderModule } from 'bpmn-js-element-templates';
import CamundaBehaviors from 'camunda-bpmn-js-behaviors/lib/camunda-platform';
import ZeebeBehaviors from 'camunda-bpmn-js-behaviors/lib/camunda-cloud';
import camunda from 'camunda-bpmn-moddle/resources/camunda.json';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json';

const FAMILIES = {
  camunda: [{ camunda }, [CamundaPlatformPropertiesProviderModule, ElementTemplatesPropertiesProviderModule, CamundaBehaviors]],
  zeebe: [{ zeebe }, [ZeebePropertiesProviderModule, CloudElementTemplatesPropertiesProviderModule, ZeebeBehaviors]],
};

window.openEditor = async (family, xml, templates) => {
  document.body.innerHTML = '<div id="canvas" style="width: 1200px; height: 600px"></div><div id="panel"></div>';
  const [moddleExtensions, modules] = FAMILIES[family];
  const modeler = new Modeler({
    container: '#canvas',
    propertiesPanel: { parent: '#panel' },
    moddleExtensions,
    additionalModules: [BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ...modules],
  });
  const errors = [];
  modeler.on('elementTemplates.errors', (event) => errors.push(...event.errors.map((error) => error.message)));
  await modeler.importXML(xml);
  modeler.get('elementTemplatesLoader').setTemplates(templates);
  return { modeler, errors };
};
