import { readFileSync } from 'node:fs';
import { coogHistory, coogTables, ENDORSED } from '../../test/support/anonymize/coog-tables.ts';
import { population } from '../../test/support/anonymize/population.ts';
import { scriptsWay } from './scripts-way.mjs';

/**
 * Prints as JSON what fills a database with so many parties, and the scripts' statements. A process of its own, by the
 * project's Node: an older one does not read TypeScript.
 */
const SCHEMA = new URL('../../test/fixtures/anonymize/demo-schema.sql', import.meta.url);
const ADMINISTRATOR = `
  INSERT INTO ir_action (id, name, type) VALUES (1, 'Menu', 'ir.action.act_window');
  INSERT INTO res_user (id, name, login, active, menu) VALUES (0, 'Root', 'root', false, 1), (1, 'Administrator', 'admin', true, 1)`;
const SETTINGS = "SET synchronous_commit = off; SET maintenance_work_mem = '256MB'";

const statements = [SETTINGS, readFileSync(SCHEMA, 'utf8'), ADMINISTRATOR, ...coogTables()];
statements.push(...population(Number(process.argv[2])), ...coogHistory(), 'VACUUM (ANALYZE)');
console.log(
  JSON.stringify({ fill: statements.map((statement) => `${statement};`).join('\n'), scripts: scriptsWay(ENDORSED) }),
);
