export const IMAGE_NAME = 'coog-demo/postgres';
export const IMAGE_TAG = '17';
/** Every kind of character that a shell, libpq, a URI or JSON would take for something else; no two servers share one. */
export const passwordOf = (name: string): string => `p@ss:w/ord$#%'"\\ é${name}`;

export const settingsOf = (name: string): Record<string, string> => ({
  POSTGRES_HOST: 'postgres',
  POSTGRES_PORT: '5432',
  POSTGRES_USER: 'coog',
  POSTGRES_PASSWORD: passwordOf(name),
  COOG_MAIN_DATABASE: 'coog',
  COOG_DATABASES: 'coog',
  NETWORK_BACKEND_NAME: name,
  IMAGE_NAME_POSTGRES: IMAGE_NAME,
  IMAGE_VERSION_POSTGRES: IMAGE_TAG,
});

/** As much of a plan as is read, named after its network. */
export const planOf = (settings: Readonly<Record<string, string>>) => ({
  name: settings.NETWORK_BACKEND_NAME ?? '',
  values: new Map(
    Object.entries(settings).map(([name, value]) => [
      name,
      { name, value, secret: false, origin: { layer: 'test', kind: 'file' as const, value }, shadowed: [] },
    ]),
  ),
  services: [],
  userServices: settings.POSTGRES_HOST === 'postgres' ? { postgres: {} } : {},
});
