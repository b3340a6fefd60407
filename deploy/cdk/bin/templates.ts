#!/usr/bin/env node
// Writes the templates into the folder that is named, and says which.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { templates } from '../lib/templates';

const [, , folder] = process.argv;
if (folder === undefined) {
  throw new Error('usage: templates FOLDER');
}
mkdirSync(folder, { recursive: true });
const files = templates();
for (const stale of readdirSync(folder).filter((name) => name.endsWith('.template.json') && !files.has(name))) {
  rmSync(join(folder, stale));
}
for (const [name, content] of files) {
  writeFileSync(join(folder, name), content);
  process.stdout.write(`${resolve(folder, name)}\n`);
}
