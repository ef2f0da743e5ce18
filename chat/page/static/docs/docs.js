// The docs page: reads /api/openapi.json, shows each command, and can try it.

const list = document.querySelector('#commands');
const tokenField = document.querySelector('#token');
const findField = document.querySelector('#find');

function element(tag, fields = {}, ...children) {
  const made = Object.assign(document.createElement(tag), fields);
  made.append(...children);
  return made;
}

function typeOf(field, components) {
  if (!field) return 'any';
  if (field.$ref) return field.$ref.split('/').pop();
  if (field.const !== undefined) return JSON.stringify(field.const);
  if (field.enum) return field.enum.map((one) => JSON.stringify(one)).join(' | ');
  const choices = field.anyOf || field.oneOf;
  if (choices) return choices.map((one) => typeOf(one, components)).join(' | ');
  if (field.type === 'array') return `${typeOf(field.items, components)}[]`;
  return field.format ? `${field.type} (${field.format})` : field.type || 'object';
}

function fieldTable(schema, components) {
  const rows = Object.entries(schema.properties || {}).map(([name, field]) => {
    const needed = (schema.required || []).includes(name);
    const note = field.description || (needed ? '' : `default ${JSON.stringify(field.default)}`);
    return element('tr', {},
      element('td', {}, element('code', { textContent: needed ? name : `${name}?` })),
      element('td', { textContent: typeOf(field, components) }),
      element('td', { textContent: note }));
  });
  if (!rows.length) return element('p', { textContent: 'No fields.' });
  return element('table', {}, element('tbody', {}, ...rows));
}

function exampleFor(schema) {
  const example = {};
  for (const name of schema.required || []) {
    const field = schema.properties[name];
    if (field.format === 'uuid') example[name] = '';
    else if (field.enum) [example[name]] = field.enum;
    else if (field.type === 'integer') example[name] = 1;
    else if (field.type === 'boolean') example[name] = true;
    else if (field.type === 'array') example[name] = [];
    else example[name] = field.type === 'string' ? '' : {};
  }
  if (schema.properties.id) example.id = crypto.randomUUID();
  return JSON.stringify(example, null, 2);
}

function csrfToken() {
  const cookie = document.cookie.split('; ').find((one) => one.startsWith('csrftoken='));
  return cookie ? cookie.split('=')[1] : '';
}

async function send(name, body) {
  const headers = { 'X-CSRFToken': csrfToken() };
  // A form with a file in it names its own type.
  if (typeof body === 'string') headers['Content-Type'] = 'application/json';
  else headers['Idempotency-Key'] = crypto.randomUUID();
  const token = tokenField.value.trim();
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(`/api/${name}`, { method: 'POST', headers, body });
  return { status: response.status, answer: await response.json() };
}

function uploadOf(field) {
  const body = new FormData();
  if (field.files.length) body.append('file', field.files[0]);
  return body;
}

function tryForm(name, schema, isUpload) {
  const body = isUpload ? element('input', { type: 'file' })
    : element('textarea', { value: exampleFor(schema), rows: 6, spellcheck: false });
  const button = element('button', { type: 'submit', textContent: 'Try it' });
  const output = element('pre', { hidden: true });
  const form = element('form', {}, element('label', {}, 'Fields', body), button, output);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    output.hidden = false;
    try {
      if (!isUpload) JSON.parse(body.value);
      const { status, answer } = await send(name, isUpload ? uploadOf(body) : body.value);
      output.className = status === 200 ? '' : 'bad';
      output.textContent = `${status}\n${JSON.stringify(answer, null, 2)}`;
    } catch (problem) {
      output.className = 'bad';
      output.textContent = String(problem);
    }
    button.disabled = false;
  });
  return form;
}

function commandView(name, operation, components) {
  const [[kind, { schema }]] = Object.entries(operation.requestBody.content);
  const result = operation.responses['200'].content['application/json'].schema.properties.result;
  const refusals = Object.entries(operation.responses)
    .filter(([status]) => status !== '200')
    .map(([status, one]) => element('li', { textContent: `${status}: ${one.description}` }));
  const view = element('details', { id: name },
    element('summary', {}, element('code', { textContent: name }), operation.summary));
  // Filled when it is opened: there are many commands, and a reader opens a few.
  view.addEventListener('toggle', () => {
    if (view.childElementCount > 1) return;
    view.append(
      element('h3', { textContent: 'Fields' }), fieldTable(schema, components),
      element('h3', { textContent: 'Result' }), fieldTable(result, components),
      element('h3', { textContent: 'Refusals' }), element('ul', {}, ...refusals),
      tryForm(name, schema, kind === 'multipart/form-data'));
  });
  return view;
}

function show(documentOfApi) {
  const families = new Map();
  for (const [path, { post }] of Object.entries(documentOfApi.paths)) {
    const [family] = post.tags;
    if (!families.has(family)) families.set(family, []);
    families.get(family).push(
      commandView(path.slice('/api/'.length), post, documentOfApi.components.schemas));
  }
  list.replaceChildren(...[...families].map(([family, views]) =>
    element('section', {}, element('h2', { textContent: family }), ...views)));
  const wanted = location.hash.slice(1);
  if (wanted) document.getElementById(wanted)?.setAttribute('open', '');
}

findField.addEventListener('input', () => {
  const wanted = findField.value.trim().toLowerCase();
  for (const section of list.querySelectorAll('section')) {
    let shown = 0;
    for (const view of section.querySelectorAll('details')) {
      view.hidden = !view.firstChild.textContent.toLowerCase().includes(wanted);
      shown += view.hidden ? 0 : 1;
    }
    section.hidden = shown === 0;
  }
});
document.querySelector('#sign-in').addEventListener('submit', (event) => event.preventDefault());

try {
  const response = await fetch('/api/openapi.json');
  show(await response.json());
} catch (problem) {
  list.replaceChildren(element('p', { textContent: `The document did not load: ${problem}` }));
}
