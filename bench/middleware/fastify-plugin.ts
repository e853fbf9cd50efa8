/** What `fastify-plugin` says of a plugin: its hooks reach the routes beside it. Apitally's client imports that package and does not bring it. */
export default function plugin<T extends object>(install: T): T {
  return Object.assign(install, { [Symbol.for('skip-override')]: true });
}
