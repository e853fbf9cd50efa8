export type { Report } from '../../contracts/report.ts';
