/** What plugin authors import: the types of the contract. */
export * from './extension/catalogue.ts';
