import { readFileSync } from 'node:fs';
import { accountColumns, accountIndexes } from '../../test/support/anonymize/accounts.ts';
import { coogHistory, coogTables, ENDORSED } from '../../test/support/anonymize/coog-tables.ts';
import { population } from '../../test/support/anonymize/population.ts';
import { premiums } from '../../test/support/anonymize/premiums.ts';
import { scriptsWay } from './scripts-way.mjs';

/**
 * Prints as JSON what fills a database with so many parties and months of premiums (the two arguments), and the scripts'
 * statements. A process of its own, by the project's Node: an older one does not read TypeScript.
 */
const SCHEMA = new URL('../../test/fixtures/anonymize/demo-schema.sql', import.meta.url);
const ADMINISTRATOR = `
  INSERT INTO ir_action (id, name, type) VALUES (1, 'Menu', 'ir.action.act_window');
  INSERT INTO res_user (id, name, login, active, menu) VALUES (0, 'Root', 'root', false, 1), (1, 'Administrator', 'admin', true, 1)`;
const SETTINGS = "SET synchronous_commit = off; SET maintenance_work_mem = '256MB'";

const [parties, months] = process.argv.slice(2).map(Number);
const statements = [SETTINGS, readFileSync(SCHEMA, 'utf8'), ADMINISTRATOR, ...coogTables(), ...accountColumns()];
statements.push(...population(parties), ...(months > 0 ? premiums({ parties, months }) : []), ...accountIndexes());
statements.push(...coogHistory(), 'VACUUM (ANALYZE)');
console.log(
  JSON.stringify({ fill: statements.map((statement) => `${statement};`).join('\n'), scripts: scriptsWay(ENDORSED) }),
);
