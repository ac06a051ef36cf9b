/** Certificates: what `certs:*` does: makes, judges, installs and shows the pair that the proxy serves; switches to https. */
export { createCertificate } from './create.ts';
export { type Enabling, enableHttps, type HttpsOptions, type Intent } from './enable.ts';
export { installCertificate } from './install.ts';
export { judgeOnDisk } from './on-disk.ts';
export { type CertificateReport, showCertificate } from './show.ts';
