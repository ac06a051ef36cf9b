/** What is done with the project's MongoDB as a whole. */
export { dumpMongo, type MongoDumped, type MongoDumpOptions } from './dump.ts';
export { loadMongo, type MongoLoaded, type MongoLoadOptions } from './load.ts';
export { mongoServices } from './recover.ts';
export { mongoIsUsed } from './server.ts';
