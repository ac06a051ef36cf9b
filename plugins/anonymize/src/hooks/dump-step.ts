/** `coog db:dump --anonymize` asks who can make an anonymised copy; the answer is loaded when it is used. */
export default function dumpStepHook(options: { readonly keyFile?: string; readonly password?: string }) {
  return Promise.resolve({
    step: async (...given: Parameters<import('@coog/cli/database').DumpStep>) => {
      const { dumpStep } = await import('../operation/dump-step.ts');
      return dumpStep({ keyFile: options.keyFile, password: options.password })(...given);
    },
  });
}
