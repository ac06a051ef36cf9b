import { type Check, ofProblem } from '../types.ts';

/** What `coog up` looks at before it starts: the same code, told by what it is about. */
const found = (codes: RegExp): Check['look'] => {
  return async (facts) => (await facts.preflight()).filter(({ code }) => codes.test(code)).map(ofProblem);
};

export const beforeStartChecks: readonly Check[] = [
  { id: 'ports', title: 'the ports of the project are its own', look: found(/^PORT_/) },
  { id: 'subnets', title: 'the subnets of the project overlap with nothing', look: found(/^(SUBNET|NETWORK)_/) },
  {
    id: 'folders',
    title: 'folders and files that services mount are there, with the right owner',
    look: found(/^(FOLDER|BIND)_/),
  },
  { id: 'data-folder-major', title: 'the data folder fits the major of PostgreSQL', look: found(/^DATA_FOLDER_/) },
  {
    id: 'start',
    title: 'nothing else would keep the project from starting',
    look: async (facts) =>
      (await facts.preflight())
        .filter(({ code }) => !/^(PORT|SUBNET|NETWORK|FOLDER|BIND|DATA_FOLDER)_/.test(code))
        .map(ofProblem),
  },
];
