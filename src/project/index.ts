/** The project: where it is and what of it is the user's. Reads, interprets nothing, writes nothing. */
export { filesBelow } from './files-below.ts';
export { isProject, locateProject } from './locate.ts';
export { readProject, type UserFile, type UserFragment, type UserProject } from './read.ts';
